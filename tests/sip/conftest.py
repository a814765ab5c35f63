"""What the tests on the real Asterisk share: one PBX a session, with short times so that nothing waits long."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from demo.asterisk import Pbx, asterisk, own_settings

DIGIT_SECONDS = 2
RETRY_SECONDS = 1
AWAY_SECONDS = 6


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pbx(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pbx]:
    """An Asterisk with one trunk, from 127.0.0.2; no conductor yet."""
    settings = own_settings(digit_seconds=DIGIT_SECONDS, retry_seconds=RETRY_SECONDS, away_seconds=AWAY_SECONDS)
    async with asterisk(tmp_path_factory.mktemp("pbx"), settings) as running:
        yield running


@pytest.fixture
def target_folder(tmp_path: Path) -> Path:
    """A folder for one SIPp or phone."""
    return tmp_path / "caller"
