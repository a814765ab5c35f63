"""The guide for call centres: its curl lines, run as they stand."""

import asyncio
import json
import os
import re
from typing import Any

import pytest

from callcenter.api.openapi import PROBLEMS
from callcenter.model import code
from callcenter.store.keys import RESOLVE
from demo.places import ROOT
from demo.wallet import Wallet
from tests.integration.api.world import Installation

GUIDE = (ROOT / "docs/integrators.md").read_text().partition("# For call centres of another kind")[2]
EXAMPLES: list[str] = re.findall(r"```bash\n(.*?)```", GUIDE, flags=re.DOTALL)
CODE = re.search(r'"code": "([0-9]{10})"', GUIDE)


async def run(example: str, **variables: str) -> Any:
    """Run an example in a shell, and read what it prints."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euc", example),
        env={"PATH": os.environ["PATH"], "no_proxy": "*", **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def test_the_examples_work_as_they_stand(
    api: Installation, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a key, and a citizen with the code of the guide, when its lines are run in order, then as it says."""
    assert CODE is not None
    monkeypatch.setattr(code, "new_code", lambda: CODE[1])
    begun = await api.disclosed(wallet)
    known = {
        "VB_KEY": await api.add_key(RESOLVE, municipality_id=api.municipality.id),
        "VB_INTERNAL": str(api.internal.base_url).rstrip("/"),
    }
    resolve, connected, ended, ask = EXAMPLES

    found = await run(resolve, **known)
    known["REFERENCE"] = found["reference"]
    assert await run(connected, **known) == {"state": "connected"}
    assert await api.status(begun) == "connected"
    assert await run(ended, **known) == {"state": "ended"}
    assert await run(ask, **known) == {"state": "ended"}
    assert (await run(resolve, **known))["type"] == "code-unknown"


def test_every_problem_in_the_guide_is_one_of_ours() -> None:
    """Given the guide's table, when it names a problem, then there is such a one, with that status."""
    rows = re.findall(r"^\| (\d{3}) \| (`[^|]*) \|", GUIDE, flags=re.MULTILINE)
    named = {kind: int(status) for status, kinds in rows for kind in re.findall(r"`([a-z-]+)`", kinds)}
    assert len(named) >= 12
    assert {kind: PROBLEMS[kind][0] for kind in named} == named
