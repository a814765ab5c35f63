# The virtual environment .venv: the packages of requirements-dev.lock, each checked by its hash, and this tree itself.
#
# pip, not uv, installs them: it follows the machine's own pip configuration (index, proxy, certificates).

step python "Python packages in .venv" packages

VENV=$ROOT/.venv

# python_stamp: a file that says: complete, for this lock, this project, this Python, in this place.
python_stamp() {
  local of
  of=$( (cat requirements-dev.lock; sed '/^\[tool.ruff/q' pyproject.toml; python3 --version; echo "$ROOT") | sha256sum | cut -c1-12)
  printf '%s/.complete-%s' "$VENV" "$of"
}

have_python() { [[ -e $(python_stamp) && -x $VENV/bin/python ]]; }

do_python() {
  local lock
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python3 is $(python3 --version); 3.11 or later is needed"; return 1; }
  mkdir -p "$ROOT/build"
  exec {lock}>"$ROOT/build/python.lock"
  flock "$lock"
  if have_python; then return; fi
  rm -f "$VENV"/.complete-*
  # A virtual environment that was moved, or whose Python is gone, is made again.
  if ! { grep -qsF "$VENV/bin/" "$VENV/bin/pip" && "$VENV/bin/python" -m pip --version; }; then python3 -m venv --clear "$VENV"; fi
  "$VENV/bin/python" -m pip install --progress-bar off --disable-pip-version-check --no-compile --require-hashes -r "$ROOT/requirements-dev.lock"
  "$VENV/bin/python" -m pip install --progress-bar off --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable "$ROOT"
  touch "$(python_stamp)"
}
