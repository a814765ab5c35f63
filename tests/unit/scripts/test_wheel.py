"""The wheel that is installed needs no checkout beside it: the button's bundle and the pages' templates are in it."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from demo.places import ROOT, made


def test_the_wheel_carries_the_button(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as files:
        names = set(files.namelist())
        bundle = files.read("callcenter/api/button/dist/veilig-bellen.js")
    assert bundle == made("button/veilig-bellen.js").read_bytes()
    assert {"callcenter/api/pages/link.html", "callcenter/api/pages/page.css"} <= names
    assert not [name for name in names if "/button/src/" in name or "node_modules" in name]
