"""What must not end is done again after a fault, which is logged."""

import asyncio

import pytest
from structlog.testing import capture_logs

from callcenter import keeping
from callcenter.keeping import keep


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", 0)


async def test_after_a_fault_what_was_missed_is_made_good_and_it_goes_on() -> None:
    # given work that fails twice, of which once in making good, and then goes on
    happened: list[str] = []
    goes_on = asyncio.Event()

    async def work() -> None:
        happened.append("work")
        if happened.count("work") == 1:
            raise RuntimeError("a fault")
        goes_on.set()
        await asyncio.Event().wait()

    def missed() -> None:
        happened.append("missed")
        if happened.count("missed") == 1:
            raise RuntimeError("another")

    with capture_logs() as lines:
        task = asyncio.create_task(keep("api", work, missed))
        await asyncio.wait_for(goes_on.wait(), 5)

    # then it was logged each time, and made good before it went on
    assert happened == ["work", "missed", "missed", "work"]
    assert [(line["process"], line["error"]) for line in lines] == [("api", "RuntimeError")] * 2
    assert "fault" not in str(lines[0]["where"])

    # and it ends when it is cancelled
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
