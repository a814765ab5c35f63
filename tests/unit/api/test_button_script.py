"""The button's bundle: small, the same at each build, told by its hash; and which clients get it compressed."""

import gzip
import os
import subprocess
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

import pytest

from callcenter.api.button_script import ButtonScript, NoBundle, lines_to_paste, takes_gzip
from callcenter.settings import load_settings
from demo.places import made

LARGEST_GZIPPED = 150 * 1000


def test_it_is_small_enough_for_a_phone_on_a_slow_line() -> None:
    script = ButtonScript.read(made("button/veilig-bellen.js"))

    assert len(script.gzipped) <= LARGEST_GZIPPED
    assert gzip.decompress(script.gzipped) == script.content


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    # given the folder that set-up bundled it in
    folder = made("button").resolve().parent
    path = f"{made('node') / 'bin'}{os.pathsep}{os.environ['PATH']}"

    # when it is bundled twice again
    for name in ("one.js", "two.js"):
        command = ["npm", "run", "--silent", "build", "--", f"--outfile={tmp_path / name}"]
        subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, check=True, capture_output=True)

    # then all three are one
    built = (folder / "dist" / "veilig-bellen.js").read_bytes()
    assert (tmp_path / "one.js").read_bytes() == built
    assert (tmp_path / "two.js").read_bytes() == built


def test_the_lines_to_paste_bind_a_site_to_exactly_these_bytes(tmp_path: Path) -> None:
    bundle = tmp_path / "b.js"
    bundle.write_text("// the button")
    settings = load_settings(button_file=bundle, api_public_url="https://bellen.example.nl/")

    lines = lines_to_paste(settings, "voorbeeldstad", "verhuizing")

    assert '<script src="https://bellen.example.nl/v1/veilig-bellen.js" defer></script>' in lines
    assert '<veilig-bellen municipality="voorbeeldstad" purpose="verhuizing">' in lines
    assert f'integrity="sha384-{b64encode(sha384(b"// the button").digest()).decode()}" crossorigin' in lines
    assert f"/v1/veilig-bellen.{ButtonScript.read(bundle).digest}.js" in lines


def test_a_bundle_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoBundle, match="VB_BUTTON_FILE"):
        ButtonScript.read(tmp_path / "nothing.js")


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, deflate, br", True),
        ("GZIP", True),
        ("br;q=1, gzip; q=0.5", True),
        ("*", True),
        ("gzip;q=0, identity", False),
        ("gzip;q=0.0", False),
        ("br", False),
        ("", False),
    ],
)
def test_who_can_take_it_compressed(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes
