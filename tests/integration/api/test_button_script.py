"""The button's script as websites load it: cached for long only under its hash, compressed, from any origin."""

import gzip

from callcenter.api.button_script import ButtonScript
from tests.integration.api.world import SITE, Installation

PRESENT = "/v1/veilig-bellen.js"


def exact(api: Installation) -> str:
    """The path with the hash in it."""
    return f"/{ButtonScript.read(api.settings.button_file).hashed_name}"


async def test_under_its_version_it_is_soon_asked_for_again(api: Installation) -> None:
    answer = await api.public.get(PRESENT)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_under_its_hash_it_never_changes(api: Installation) -> None:
    answer = await api.public.get(exact(api))

    assert (answer.status_code, answer.text) == (200, "// the button")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_any_website_may_load_it_with_integrity_and_under_coep(api: Installation) -> None:
    for path in (PRESENT, exact(api)):
        for headers in ({}, {"Origin": SITE}, {"Origin": "https://www.stranger.example"}):
            answer = await api.public.get(path, headers=headers)
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_a_build_that_is_gone_is_said_to_be_gone_and_not_kept(api: Installation) -> None:
    answer = await api.public.get("/v1/veilig-bellen.0123456789abcdef.js", headers={"Origin": SITE})

    assert (answer.status_code, answer.json()["type"]) == (404, "script-gone")
    assert PRESENT in answer.json()["detail"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_who_has_it_is_not_sent_it_again(api: Installation) -> None:
    first = await api.public.get(PRESENT)

    again = await api.public.get(PRESENT, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == first.headers["cache-control"]


async def test_it_comes_compressed_to_who_can_take_it(api: Installation) -> None:
    async def raw(accepted: str) -> tuple[str | None, bytes]:
        async with api.public.stream("GET", PRESENT, headers={"Accept-Encoding": accepted}) as answer:
            assert "Accept-Encoding" in answer.headers["vary"]
            return answer.headers.get("content-encoding"), b"".join([part async for part in answer.aiter_raw()])

    assert await raw("identity") == (None, b"// the button")
    coding, sent = await raw("gzip, br")
    assert (coding, gzip.decompress(sent)) == ("gzip", b"// the button")


async def test_head_has_no_body(api: Installation) -> None:
    answer = await api.public.head(PRESENT)

    assert (answer.status_code, answer.content) == (200, b"")


async def test_without_a_bundle_the_rest_works(api: Installation) -> None:
    async with api.again(button_file=api.settings.button_file.with_name("gone.js")) as bare:  # type: ignore[union-attr]
        answer = await bare.public.get(PRESENT)
        assert (answer.status_code, answer.json()["type"]) == (503, "button-missing")
        await bare.start()
