"""A call being conducted when things fail: with a real store, and hands that fail as Asterisk can't be made to."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio
from sqlalchemy.exc import OperationalError

from callcenter import admin
from callcenter.ari_app.ari import AriDisconnected, AriError, AriTimeout
from callcenter.ari_app.conducted_call import ConductedCall
from callcenter.ari_app.hands import Hands
from callcenter.model import call as m
from callcenter.model.staff import Role
from callcenter.model.tenant import Municipality
from callcenter.store import calls
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from demo.process import until

NOW = datetime.now(UTC)


@dataclass
class FaultyHands:
    """Takes the place of Hands: notes what is to be done, and fails where it is told to."""

    failing: dict[type[m.Action], AriError] = field(default_factory=dict)
    done: list[m.Action] = field(default_factory=list)

    async def carry_out(self, _call: m.Call, action: m.Action) -> m.Event | None:
        """Fail once for an action that is to fail, else do nothing."""
        self.done.append(action)
        error = self.failing.pop(type(action), None)
        if error is not None:
            raise error
        return None

    def is_saying(self, _playback_id: str) -> bool:
        """Every announcement is the one of now."""
        return True

    def times(self, kind: type[m.Action]) -> int:
        """How often this was to be done."""
        return sum(isinstance(action, kind) for action in self.done)


@dataclass
class Scene:
    """A call that is conducted with faulty hands."""

    store: Store
    municipality: Municipality
    call: m.Call
    hands: FaultyHands
    conducted: ConductedCall

    async def now(self) -> m.Call:
        """The call as the store has it."""
        async with self.store.begin() as tx:
            call = await calls.find(tx, self.call.id)
        assert call is not None
        return call

    async def is_done(self, kind: type[m.Action], times: int = 1) -> None:
        """Wait until this was to be done so often."""
        await until(lambda: self.hands.times(kind) >= times, what=f"{kind.__name__}, {times} times")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    async with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        await migrate(opened)
        yield opened


@pytest_asyncio.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    """A call that has just arrived."""
    of = await admin.add_municipality(store, "voorbeeldstad", "Voorbeeldstad", "+31201234567")
    call = m.Call(uuid.uuid4().hex, of.id, "pbx1", "channel", NOW)
    async with store.begin() as tx:
        await calls.add(tx, call)
    hands = FaultyHands()
    conducted = ConductedCall(call.id, of, store, cast("Hands", hands), place_seconds=60)
    running = asyncio.create_task(conducted.run())
    yield Scene(store, of, call, hands, conducted)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_caller_whose_question_failed_is_asked_anew(scene: Scene) -> None:
    """Given that the dialplan can't be reached, when asking fails, then it is tried again, not left in silence."""
    scene.hands.failing[m.AskCode] = AriTimeout("no answer")
    scene.conducted.put(m.Admitted(NOW))
    await scene.is_done(m.AskCode, 2)


async def test_music_comes_also_when_the_place_could_not_be_spoken(scene: Scene) -> None:
    """Given an announcement that fails, then music follows as if it had ended."""
    scene.conducted.put(m.Admitted(NOW))
    scene.hands.failing[m.SayPlace] = AriTimeout("no answer")
    scene.conducted.put(m.CodeRight(NOW, "d"))
    await scene.is_done(m.StartMusic)


async def test_the_place_is_spoken_at_once_and_then_every_minute(scene: Scene) -> None:
    """Given a caller who waits, then their place is spoken at once and again each time that it is due."""
    scene.conducted._place_seconds = 0.2  # a minute, for a test
    scene.conducted.put(m.Admitted(NOW))
    scene.conducted.put(m.CodeRight(NOW, "d"))
    await scene.is_done(m.SayPlace, 3)


async def test_a_caller_who_can_not_be_told_is_hung_up_for_sure(scene: Scene) -> None:
    """Given that the words at the end fail, and the first hang-up too, then hanging up goes on until it is done."""
    scene.hands.failing[m.SayAndHangUp] = AriTimeout("no answer")
    scene.hands.failing[m.HangUpCaller] = AriTimeout("no answer")
    scene.conducted.put(m.TurnedAway(NOW, m.Outcome.CLOSED))
    await scene.is_done(m.HangUpCaller, 2)
    assert (await scene.now()).state is m.CallState.ENDED


async def test_what_failed_for_want_of_a_connection_waits_for_the_next_one(scene: Scene) -> None:
    """Given no connection, when asking fails, then nothing is tried until reconciling says so."""
    scene.hands.failing[m.AskCode] = AriDisconnected("gone")
    scene.conducted.put(m.Admitted(NOW))
    await scene.is_done(m.AskCode)
    scene.conducted.put(m.Resumed(NOW))
    await scene.is_done(m.AskCode, 2)


async def offered(scene: Scene) -> str:
    """Bring the call to the moment in which an agent's phone rings; return the agent's id."""
    user, phone, _ = await admin.add_user(
        scene.store, "anna", "Anna", Role.AGENT, "voorbeeldstad", "voorbeeld-wachtwoord"
    )
    assert phone is not None
    scene.conducted.put(m.Admitted(NOW))
    scene.conducted.put(m.CodeRight(NOW, "d"))
    await scene.is_done(m.SayPlace)
    async with scene.store.begin() as tx:
        assert await calls.claim(tx, scene.call.id, scene.municipality.id, user.id, phone.name, NOW)
    await scene.conducted.look()
    await scene.is_done(m.RingAgent)
    return user.id


async def test_a_click_is_heard_once_however_often_the_store_tells(scene: Scene) -> None:
    """Given a ringing phone, when the store tells of the call again, then it is not rung again."""
    await offered(scene)
    await scene.conducted.look()
    scene.conducted.put(m.Taken(NOW))
    scene.conducted.put(m.PlaceDue(NOW))
    scene.conducted.put(m.AnnouncementEnded(NOW))
    await scene.is_done(m.StartMusic)
    assert scene.hands.times(m.RingAgent) == 1


async def test_an_agent_is_not_stuck_when_a_decline_was_lost(scene: Scene) -> None:
    """Given a ringing phone, when its end was lost with the connection, then after it the phone is rung anew."""
    await offered(scene)
    scene.conducted.forget_rung()
    scene.conducted.put(m.Taken(NOW))
    await scene.is_done(m.RingAgent, 2)


async def test_a_move_whose_commit_seemed_lost_has_its_actions_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a commit that came through though its answer was lost, then caller and agent are joined."""
    await offered(scene)
    lost = LoseAnswer()
    monkeypatch.setattr(scene.conducted, "_try_to_move", lost.after(scene.conducted._try_to_move))
    scene.conducted.put(m.AgentAnswered(NOW, 1))
    await scene.is_done(m.Connect)
    assert lost.lost
    assert (await scene.now()).state is m.CallState.CONNECTED


@dataclass
class LoseAnswer:
    """Lets a move be committed once, and then says that the database was away."""

    lost: bool = False

    def after(self, move: Callable[[m.Event], object]) -> Callable[[m.Event], object]:
        """Wrap the move."""

        async def moving(event: m.Event) -> object:
            moved = await cast("asyncio.Future[object]", move(event))
            if not self.lost:
                self.lost = True
                raise OperationalError("COMMIT", {}, Exception("connection lost"))
            return moved

        return moving
