# What this machine is and has: who we are on it, and where its packages come from. Nothing here names a host.

# Settings for the network that sudo would drop.
NETWORK_SETTINGS=http_proxy,https_proxy,no_proxy,HTTP_PROXY,HTTPS_PROXY,NO_PROXY,SSL_CERT_FILE,SSL_CERT_DIR

is_root() { [[ $(id -u) == 0 ]]; }

# may_be_root: true when commands can be run as root; asks for the password here, while a person can still type it.
may_be_root() {
  is_root && return
  command -v sudo >/dev/null || return
  if [[ -t 0 ]]; then sudo -v; else sudo -n true 2>/dev/null; fi
}

as_root() {
  if is_root; then "$@"; else sudo --preserve-env="$NETWORK_SETTINGS" "$@"; fi
}

is_debian() { command -v dpkg-query apt-get >/dev/null; }

# debian_mirror: the address of the Debian archive that apt uses here. apt reads its own sources, so both forms of
# source lists, comments, disabled entries and continuation lines are its business.
debian_mirror() {
  local release
  release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$release" '$3 == "main" && ($2 == release || $2 ~ /^(stable|testing|unstable|sid)$/) { print $1; exit }'
}

# network_options_of_apt: proxies, certificates and clock checks of this machine's apt, in apt.conf form.
network_options_of_apt() { apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' || true; }

# pip_into FOLDER LOCK: installs a lock file's packages into a folder by themselves. pip itself comes from a short-lived environment.
pip_into() {
  python3 -m venv "$1.pip"
  "$1.pip/bin/python" -m pip install --progress-bar off --disable-pip-version-check --no-compile --require-hashes --no-deps --target "$1" -r "$2"
  rm -rf "$1.pip"
}
