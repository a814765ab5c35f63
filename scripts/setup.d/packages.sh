# Debian packages: those that are missing, in one call, without starting any service.

step packages "Debian packages"

# packages_for GOAL
packages_for() {
  echo ca-certificates python3-venv
  # libatomic1 is for the program by which Playwright drives Chromium.
  [[ $1 == check ]] || echo bubblewrap mmdebstrap espeak-ng sox baresip-core sip-tester chromium fonts-dejavu-core libatomic1
  [[ $1 != test ]] || echo curl postgresql
}

missing_packages() {
  local have
  have=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null | awk '$2 == "installed" { print $1 }')
  comm -23 <(packages_for "$GOAL" | tr ' ' '\n' | sort) <(sort <<<"$have")
}

have_packages() {
  is_debian || die "This set-up knows Debian 12 and 13 only: there is no apt here. On another system, run it in a Debian container."
  [[ -z $(missing_packages) ]]
}

# Asked before the work starts, where a person can still type a password.
ready_packages() {
  may_be_root || die "Debian packages are missing, and this is neither root nor a user of sudo. Ask somebody who is to run:
  apt-get install --no-install-recommends $(missing_packages | tr '\n' ' ')
and run this again."
}

do_packages() {
  local missing fresh_postgresql=
  mapfile -t missing < <(missing_packages)
  echo "missing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -q -o Acquire::Retries=3
  # Debian would make a database cluster and start it. The tests start their own, as a plain user.
  if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    fresh_postgresql=yes
    as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = off" | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "${missing[@]}"
  if [[ -n $fresh_postgresql ]]; then
    as_root cp /usr/share/postgresql-common/createcluster.conf /etc/postgresql-common/createcluster.conf
  fi
}
