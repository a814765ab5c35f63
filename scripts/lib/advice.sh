# Turns a failed step into words: which, why, and what to try.

# Each line: a pattern in the log | what a person can do about it. The first that fits is given.
ADVICE='No space left on device|The disk is full: about 4 GB are needed for the cache and the packages.
Could not resolve|Name or service not known|Temporary failure (in name resolution|resolving)|no such host|EAI_AGAIN|ENOTFOUND|A host name could not be resolved. Is the network up? Behind a proxy: set http_proxy and https_proxy, and run it again.
from versions: none|pip found no index that answers. Is the network up? Does pip config list name a mirror that works? Behind a proxy: set https_proxy, and run it again.
unable to pick chroot mode|The root file system is made by root or with sudo; without them it takes the package uidmap, and user namespaces.
CERTIFICATE_VERIFY_FAILED|certificate signed by unknown|self.signed certificate|UNABLE_TO_GET_ISSUER|certificate verification failed|A TLS certificate is not trusted. Put your network'"'"'s CA (.crt) in /usr/local/share/ca-certificates, run update-ca-certificates, and name the bundle for Python and Node: PIP_CERT, NODE_EXTRA_CA_CERTS.
HASHES|checksum mismatch|Hash Sum mismatch|EINTEGRITY|What came is not what was pinned. A mirror or proxy may be serving something stale: try again, then try another mirror.
NO_PUBKEY|not signed|signatures couldn|The archive could not be verified. Update the package debian-archive-keyring.
Connection (refused|timed out|reset)|timed out|i/o timeout|ETIMEDOUT|ECONNRESET|502|503|504|A server did not answer. Try again in a minute; what is done stays done.
40[137] |403 Forbidden|407 Proxy|A server refused. Check the proxy, and the settings of apt, pip, npm and Go on this machine.
in sync|The lock file of npm does not belong to its package.json: run npm install in callcenter/api/button, and commit both.
404|No matching distribution|Unable to locate package|Something was not found. Run apt-get update, check that the apt, pip and npm settings of this machine name complete mirrors, and try again.
lock is held|Could not get lock|Another package manager is at work. Wait until it is done, and try again.'

# advice LOG: the sentence that fits, or a general one.
advice() {
  local line
  while IFS= read -r line; do
    if tail -n 60 "$1" | grep -qE -- "${line%|*}"; then
      printf '%s' "${line##*|}"
      return
    fi
  done <<<"$ADVICE"
  printf 'Read the whole log, then run it again: what is done stays done.'
}

# excerpt LOG: its last lines, and before them the first that speak of an error, for tools that end with their own manual.
excerpt() {
  local early
  early=$(head -n -12 "$1" | grep -iE 'error|fail|cannot|could not' | head -n 6 || true)
  [[ -z $early ]] || printf '%s\n…\n' "$early"
  tail -n 12 "$1"
}

# explain_failure NAME ABOUT SECONDS LOG
explain_failure() {
  {
    printf '\n  ✗ %s failed after %s s (%s). The end of its log:\n\n' "$1" "$3" "$2"
    excerpt "$4" | sed 's/^/      /'
    printf '\n  What to try: %s\n  The whole log: %s\n' "$(advice "$4")" "$4"
  } >&2
}
