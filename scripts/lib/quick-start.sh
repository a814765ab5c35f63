# Lets Python keep what it has compiled, in build/ and not in the tree: its processes, of which the tests start hundreds, are
# then up in a third of the time. Some machines forbid it (PYTHONDONTWRITEBYTECODE), so as to keep their trees clean.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="$ROOT/build/pycache"
