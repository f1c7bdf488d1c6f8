"""What is too old is deleted, in groups, and never by a clock that has just jumped."""

import pytest

from bot.errors import NoSuchTalk, StoreUnavailable
from tests.web.test_store import ONE, TWO, opened, turn
from web import keeping
from web.keeping import DAY_MS, GRACE_MS, Clock, Keeping
from web.log import Log
from web.store.memory import MemoryStore

HOUR_MS = 60 * 60 * 1000
NOW = 1_000 * DAY_MS
KEEP = 90 * DAY_MS


class Sweeper:
    """Sweeps a store in memory by a clock that is set by hand."""

    def __init__(self) -> None:
        self.store, self.now, self.gone = MemoryStore(), NOW, list[bytes]()
        self._keeping = self.restarted()

    def restarted(self) -> Keeping:
        """Begin anew with the same store."""
        self._keeping = Keeping(self.store, KEEP, lambda: self.now, self.gone.append, Log())
        return self._keeping

    async def talk(self, lookup: bytes, at: int) -> None:
        """Store a talk that was last touched at a time."""
        first = turn(0)
        await self.store.create(opened(lookup), type(first)(**{**_fields(first), "at": at}))

    async def after(self, ms: int) -> int:
        """Sweep once more, so much later by the clock."""
        self.now += ms
        return await self._keeping.sweep()


def _fields(struct: object) -> dict[str, object]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}  # type: ignore[attr-defined]


@pytest.fixture
def sweeper() -> Sweeper:
    """A store without talks."""
    return Sweeper()


async def test_what_is_too_old_is_deleted(sweeper: Sweeper) -> None:
    """A day before its time a talk is there, afterwards it isn't; who is connected is told."""
    await sweeper.talk(ONE, NOW - KEEP + HOUR_MS)
    await sweeper.talk(TWO, NOW)
    assert await sweeper.after(0) == 0
    assert await sweeper.after(2 * HOUR_MS) == 1
    assert sweeper.gone == [ONE]
    with pytest.raises(NoSuchTalk):
        await sweeper.store.load(ONE)
    assert (await sweeper.store.load(TWO)).head == 1


async def test_many_are_deleted_in_groups(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is old goes in one sweep, a few at a time."""
    monkeypatch.setattr(keeping, "GROUP", 3)
    for number in range(10):
        await sweeper.talk(b"%032d" % number, NOW - 2 * KEEP)
    assert await sweeper.after(0) == 10


@pytest.mark.parametrize(
    "jumps",
    [
        pytest.param([10 * 365 * DAY_MS], id="ten years ahead"),
        pytest.param([200 * DAY_MS, -200 * DAY_MS], id="ahead and back"),
        pytest.param([-900 * DAY_MS, 900 * DAY_MS + 200 * DAY_MS], id="a dead battery, then wrong"),
        pytest.param([100 * DAY_MS] * 20, id="again and again"),
    ],
)
@pytest.mark.parametrize("restarts", [False, True])
async def test_a_clock_that_jumps_deletes_nothing(
    sweeper: Sweeper, jumps: list[int], restarts: bool
) -> None:
    """However far it jumps, everything is still there an hour later, restarted or not."""
    await sweeper.talk(ONE, NOW)
    await sweeper.after(0)
    for jump in jumps:
        if restarts:
            sweeper.restarted()
        assert await sweeper.after(jump) == 0
        assert await sweeper.after(HOUR_MS) == 0
    assert (await sweeper.store.load(ONE)).head == 1


async def test_after_a_day_the_clock_counts_again(sweeper: Sweeper) -> None:
    """A server that was off for long deletes what is due, one day later."""
    await sweeper.talk(ONE, NOW)
    await sweeper.after(0)
    assert await sweeper.after(KEEP + DAY_MS) == 0
    assert await sweeper.after(GRACE_MS - HOUR_MS) == 0
    assert await sweeper.after(HOUR_MS) == 1


@pytest.mark.parametrize("move", [DAY_MS, -DAY_MS, 0, HOUR_MS, 1000])
def test_small_moves_are_no_jumps(move: int) -> None:
    """A day back or ahead (a time zone, a leap, a frozen clock) doesn't stop the deleting."""
    assert Clock(NOW, 0).at(NOW + move) == Clock(NOW + move, 0)


async def test_kept_for_ever() -> None:
    """Zero days mean that nothing is ever looked at."""
    await Keeping(MemoryStore(), 0, lambda: NOW, lambda _: None, Log()).run()


@pytest.mark.parametrize("error", [StoreUnavailable("later"), LookupError("CANARY")])
async def test_a_failed_sweep_is_not_the_last(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """It is noted without a word of what is stored, and tried again."""
    tried = list[int]()

    async def failing(self: Keeping) -> int:
        tried.append(1)
        if len(tried) < 3:
            raise error
        raise SystemExit

    monkeypatch.setattr(Keeping, "sweep", failing)
    monkeypatch.setattr(keeping, "SWEEP_S", 0)
    with pytest.raises(SystemExit):
        await Keeping(MemoryStore(), KEEP, lambda: NOW, lambda _: None, Log()).run()
    assert len(tried) == 3
    assert "CANARY" not in caplog.text
