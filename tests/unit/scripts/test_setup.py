"""The set-up's cache and its words for failures, tried on a small tree with a recipe that takes no time."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[3] / "scripts" / "lib"


@dataclass(frozen=True)
class Tree:
    """A work tree with one recipe, for a thing called `cake`, and a cache beside it."""

    root: Path

    @property
    def recipe(self) -> Path:
        """What the cake is made from."""
        return self.root / "cake.txt"

    @property
    def cake(self) -> Path:
        """What build/cake points to."""
        return self.root / "build" / "cake"

    def start(self, making: str, then: str = "run_steps cake") -> subprocess.Popen[str]:
        """Runs the set-up's own functions, with `making` as what makes the cake in the folder $1."""
        parts = "; ".join(f'. "{LIBRARY}/{part}.sh"' for part in ("say", "cache", "machine", "advice", "steps"))
        script = f"""
            set -euo pipefail
            ROOT='{self.root}'; cd "$ROOT"; {parts}
            step cake "a cake"
            key_cake() {{ fingerprint cake.txt; }}
            make_cake() {{ {making}; }}
            {then}
        """
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.root), "XDG_CACHE_HOME": str(self.root / "cache")}
        return subprocess.Popen(
            ["bash", "-c", script], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def set_up(self, making: str, then: str = "run_steps cake") -> tuple[int, str]:
        """The exit status and what was said."""
        process = self.start(making, then)
        said, _ = process.communicate(timeout=30)
        return process.returncode, said

    def times_made(self) -> int:
        """How often the recipe ran: each run adds a line."""
        made = self.root / "made"
        return len(made.read_text().splitlines()) if made.exists() else 0


BAKE = 'echo once >> "$ROOT/made"; cp cake.txt "$1/cake"'


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "build").mkdir()
    (tmp_path / "cake.txt").write_text("flour")
    return Tree(tmp_path)


def test_a_thing_is_made_once(tree: Tree) -> None:
    # given a first set-up
    assert tree.set_up(BAKE)[0] == 0
    # when it runs again
    status, said = tree.set_up(BAKE)
    # then nothing was to be done, and the thing is there
    assert (status, said, tree.times_made()) == (0, "", 1)
    assert (tree.cake / "cake").read_text() == "flour"


def test_a_changed_recipe_makes_another_and_keeps_the_old(tree: Tree) -> None:
    # given a cake of flour
    tree.set_up(BAKE)
    # when the recipe changes, and changes back
    tree.recipe.write_text("spelt")
    tree.set_up(BAKE)
    spelt = (tree.cake / "cake").read_text()
    tree.recipe.write_text("flour")
    tree.set_up(BAKE)
    # then each was made once
    assert (spelt, (tree.cake / "cake").read_text(), tree.times_made()) == ("spelt", "flour", 2)


def test_two_runs_at_once_share_the_work(tree: Tree) -> None:
    # given a recipe that is still at work when the second run begins: it goes on when that one waits
    making = f'until [[ -e "$ROOT/go-on" ]]; do sleep 0.05; done; {BAKE}'
    first, second = tree.start(making), tree.start(making)
    # when both have begun
    said = [(process.stdout.readline() if process.stdout else "") for process in (first, second)]
    (tree.root / "go-on").touch()
    # then both end well, and it was made once
    assert [process.wait(timeout=30) for process in (first, second)] == [0, 0]
    assert all("a cake" in line for line in said)
    assert tree.times_made() == 1
    for process in (first, second):
        process.communicate()


def test_half_made_is_never_used(tree: Tree) -> None:
    # given a set-up that failed half-way
    status, said = tree.set_up('echo half > "$1/half"; echo "No space left on device"; return 1')
    # then it said which, why and what to try, and nothing is in use
    assert status == 1
    assert "cake failed" in said
    assert "No space left on device" in said
    assert "The disk is full" in said
    assert not tree.cake.exists()
    # when it runs again, then it starts from nothing
    assert tree.set_up(BAKE)[0] == 0
    assert [path.name for path in tree.cake.iterdir()] == ["cake"]


def test_a_recipe_edited_meanwhile_does_not_break_the_run(tree: Tree) -> None:
    # when the recipe changes while it is followed
    status, _ = tree.set_up(f"echo rye > cake.txt; {BAKE}")
    # then this run ends well, and the next one makes what is asked for now
    assert status == 0
    tree.set_up(BAKE)
    assert tree.times_made() == 2


@pytest.mark.parametrize(
    ("log", "what_to_try"),
    [
        ("dial tcp: lookup proxy.invalid: no such host", "Is the network up?"),
        (
            "ERROR: Could not find a version that satisfies the requirement x (from versions: none)",
            "no index that answers",
        ),
        ("x509: certificate signed by unknown authority", "CA (.crt)"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not what was pinned"),
        ("E: Unable to locate package chromium", "apt-get update"),
        ("Something nobody has seen before", "Read the whole log"),
    ],
)
def test_a_failure_says_what_to_try(tree: Tree, log: str, what_to_try: str) -> None:
    # given the log of a failed step
    (tree.root / "log").write_text(f"{log}\n")
    # when it is explained
    _, said = tree.set_up(BAKE, then="explain_failure cake 'a cake' 3 log")
    # then it says what to do
    assert what_to_try in said
