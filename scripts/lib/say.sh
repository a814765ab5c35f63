# What a person reads while a script works: plain lines, and the sentence that ends it when it can't go on.

say() { printf '%s\n' "$*"; }

warn() { printf '%s\n' "$*" >&2; }

# die SENTENCE…: the last line says what to do.
die() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

# on_screen: true when a person is watching, so that a line may be written over.
on_screen() { [[ -t 1 && ${TERM:-dumb} != dumb ]]; }
