# A certified OpenID provider, which the tests of single sign-on log in at: build/openid/provider.js.

step openid "an OpenID provider, for tests" node
key_openid() { fingerprint scripts/setup.d/openid scripts/setup.d/openid.sh; }

make_openid() {
  cp -R "$ROOT/scripts/setup.d/openid/." "$1"
  cd "$1" || return
  export PATH="$ROOT/build/node/bin:$PATH" npm_config_cache=$CACHE/npm
  npm ci --no-audit --no-fund --ignore-scripts
}
