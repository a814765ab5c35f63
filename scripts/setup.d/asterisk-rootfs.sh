# A small Debian with Asterisk 22 in it, as a folder: Debian 12 and 13 have no Asterisk, Debian's unstable branch has.
#
# Nothing of it is installed on the machine. It is only read: who runs Asterisk lays a writable folder over what it writes.

step asterisk-rootfs "a root file system with Asterisk 22" packages

ASTERISK_MAJOR=22

key_asterisk_rootfs() { fingerprint scripts/setup.d/asterisk-rootfs.sh; }

make_asterisk_rootfs() {
  local into=$1 mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg version run=()
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || { echo "apt's sources on this machine name no Debian archive with 'main'"; return 1; }
  [[ -r $keyring ]] || { echo "$keyring is missing: install the package debian-archive-keyring"; return 1; }
  if may_be_root; then
    run=(as_root)
    # What it mounts goes with it then, however it ends. Not possible in a plain chroot.
    if as_root unshare --mount true 2>/dev/null; then run+=(unshare --mount); fi
  fi # else mmdebstrap finds its own way, with user namespaces
  network_options_of_apt >"$into/apt.conf"
  # The Release file of unstable on a mirror may be past its Valid-Until. The archive's signature is checked as ever.
  "${run[@]}" mmdebstrap --variant=minbase --format=tar \
    --aptopt="$into/apt.conf" --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --include=asterisk,asterisk-core-sounds-en-wav,asterisk-moh-opsound-wav,ca-certificates \
    sid - "deb [signed-by=$keyring] $mirror sid main" |
    tar -x -C "$into" --no-same-owner --exclude='./dev/*' --exclude='./etc/apt/apt.conf.d/99mmdebstrap'
  rm -f "$into/apt.conf"
  version=$(awk '/^Package: asterisk$/ { found = 1 } found && /^Version:/ { print $2; exit }' "$into/var/lib/dpkg/status")
  echo "Asterisk $version"
  [[ $version =~ ^[0-9]+:$ASTERISK_MAJOR\. ]] || { echo "Asterisk $ASTERISK_MAJOR is wanted; the archive now has $version"; return 1; }
}
