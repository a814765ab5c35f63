# Things that are slow to make are made once and kept outside the work tree, in a folder that is safe to delete at any time.
#
# Each lies in CACHE/NAME-KEY, where KEY is a hash of all that it is made from: a changed recipe makes a new one beside the
# old. It is made in a folder aside and then renamed, so a half-made one is never used; a lock for each lets two runs
# at once share the work. `build/NAME` in the tree points to the one in use.

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/veilig-bellen

# fingerprint PATH…: 12 hex digits for the contents and names of these files and folders of the tree, built things left out.
fingerprint() {
  (
    cd "$ROOT" || exit 1
    uname -m
    find "$@" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/__pycache__/*' -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
  ) | sha256sum | cut -c1-12
}

declare -A item_keys=()

# place_item NAME: settles where this thing belongs, for the whole of this run, even if somebody edits its recipe meanwhile.
# `key_NAME` (in setup.d) prints what it is made from, hashed.
place_item() { item_keys[$1]=$("key_${1//-/_}"); }

# item_path NAME: where this thing lies, or will.
item_path() { printf '%s/%s-%s' "$CACHE" "$1" "${item_keys[$1]}"; }

# link_item NAME PATH: lets build/NAME point into the cache, in one move.
link_item() {
  local link=$ROOT/build/$1
  [[ $(readlink "$link" 2>/dev/null) != "$2" ]] || return 0
  [[ -L $link || ! -d $link ]] || rm -rf "$link"
  ln -s "$2" "$link.$$"
  mv -fT "$link.$$" "$link"
}

# make_item NAME: makes it with `make_NAME FOLDER`, unless another run just did.
make_item() {
  local name=$1 path lock
  path=$(item_path "$name")
  mkdir -p "$CACHE"
  exec {lock}>"$path.lock"
  flock -n "$lock" || { echo "another run is making this; waiting for it"; flock "$lock"; }
  if [[ ! -d $path ]]; then
    rm -rf "$path.making"
    mkdir "$path.making"
    "make_${name//-/_}" "$path.making"
    mv -T "$path.making" "$path"
  fi
  exec {lock}>&-
}
