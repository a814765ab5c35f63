# The button for a municipality's page: callcenter/api/button, bundled. Built on a copy, so that no node_modules is in the tree.

step button "the button, bundled" node
gives button dist
key_button() { fingerprint callcenter/api/button scripts/setup.d/button.sh; }

make_button() {
  cp -R "$ROOT/callcenter/api/button/." "$1"
  cd "$1" || return
  rm -rf node_modules dist
  export PATH="$ROOT/build/node/bin:$PATH" npm_config_cache=$CACHE/npm
  npm ci --no-audit --no-fund
  npm run build
}
