"""What our OpenAPI says is so: schemathesis asks the real api everything it can think of, on both sides."""

import asyncio
import re
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from callcenter.api import openapi
from callcenter.store.keys import RESOLVE, RESOLVE_IRMA
from demo.places import ROOT
from tests.integration.api.world import Installation

OF_THE_SCRIPT = ("button-missing", "script-gone")  # a file for browsers, and no operation
EXAMPLES = 12  # requests of each kind, for each operation
OPERATIONS = (
    ("public", "POST", "/v1/disclosures"),
    ("public", "GET", "/v1/health"),
    ("public", "GET", "/v1/status"),
    ("public", "POST", "/v1/status/look"),
    ("public", "GET", "/v1/status/events"),
    ("internal", "POST", "/v1/codes/resolve"),
    ("internal", "GET", "/v1/calls/{reference}"),
    ("internal", "POST", "/v1/calls/{reference}"),
    ("internal", "POST", "/irma/callback/{secret}"),
)


def ask_everything(url: str, method: str, path: str, token: str, *except_for: Any) -> int:
    """Ask this operation whatever the schema suggests, and what it forbids; return how often."""
    schema = schemathesis.openapi.from_url(f"{url}{openapi.PATH}")
    asked = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        # What is well formed may still be unknown to us (a code, a reference): that is no fault of the schema.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            excluded_checks=[positive_data_acceptance, negative_data_rejection, *except_for],
            timeout=10,
        )

    for mode in schemathesis.GenerationMode:
        with suppress(Unsatisfiable):  # where anything is allowed, nothing is forbidden
            given(case=schema[path][method].as_strategy(generation_mode=mode))(ask)()
    return asked


@pytest.mark.parametrize(("side", "method", "path"), OPERATIONS)
async def test_answers_are_as_described(api: Installation, side: str, method: str, path: str) -> None:
    """Given the schema, when anything is asked, then no 5xx, and an answer that the schema describes."""
    key = await api.add_key(RESOLVE, RESOLVE_IRMA, municipality_id=api.municipality.id)
    token = (await api.start()).status_token if side == "public" else key
    if path.endswith("/events"):
        token = "nobody's"  # a feed goes on until its disclosure ends; that is tested beside
    url = str((api.public if side == "public" else api.internal).base_url).rstrip("/")
    # An unknown status token is 404, as is the disclosure that it stood for.
    except_for = (ignored_auth,) if "/v1/status" in path else ()
    wanted = 1 if path == "/v1/health" else EXAMPLES  # it takes nothing, so there is one way to ask
    assert await asyncio.to_thread(ask_everything, url, method, path, token, *except_for) >= wanted


async def test_every_route_and_every_problem_is_described(api: Installation) -> None:
    """Given both schemas, when they are read, then all operations are there, with examples and all problems."""
    found, kinds = [], set()
    for side, client in (("public", api.public), ("internal", api.internal)):
        schema = (await client.get(openapi.PATH)).json()
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                found.append((side, method.upper(), path))
                for answer in operation["responses"].values():
                    kinds |= answer.get("content", {}).get("application/problem+json", {}).get("examples", {}).keys()
    assert sorted(found) == sorted(OPERATIONS)
    assert kinds == openapi.PROBLEMS.keys()


def test_every_problem_in_the_source_is_in_the_table() -> None:
    """Given the source of the api, when it makes a problem, then the table knows it, with its status."""
    source = "\n".join(file.read_text() for file in (ROOT / "callcenter/api").glob("*.py"))
    made = {kind: int(status) for status, kind in re.findall(r'Problem\(\s*(\d{3}),\s*"([a-z-]+)"', source)}
    for kind, status in made.items():
        if kind not in OF_THE_SCRIPT:
            assert openapi.PROBLEMS.get(kind, (None,))[0] == status, kind


async def test_the_schema_holds_nothing_secret(api: Installation) -> None:
    """Given no key, when the schema is asked for, then it is given: it says what may be asked, and nothing else."""
    for client in (api.public, api.internal):
        answer: httpx.Response = await client.get(openapi.PATH)
        assert answer.status_code == 200
        assert api.key not in answer.text
