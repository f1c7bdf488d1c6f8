"""A conversation that is also a test: the values that a `.chat` file is read into."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import product

from msgspec import Struct, structs

from bot.errors import ReplayError
from bot.workshop.acts import MOST_VARIANTS, Act, variants
from bot.workshop.wants import WantedState, Wants

DEFAULT_CLOCK = 1_767_258_000_000  # 2026-01-01 09:00 UTC: any fixed time does


class Given(Struct, frozen=True):
    """The state a talk starts in, instead of at its beginning."""

    line: int
    state: WantedState
    stack: tuple[str, ...] = ()


class Never(Struct, frozen=True):
    """A state the talk must not be in after any turn."""

    line: int
    place: str | None
    guard: str | None


class Head(Struct, frozen=True, kw_only=True):
    """What stands above the `---`.

    Attributes:
        dialog: id of the dialogue that is played.
        title: what the conversation shows.
        seed: chooses among wordings.
        clock: when the talk begins, in milliseconds.
        lang: language of the talk.
        region: a country's two letters.
        given: a state to start in.
        never: states that must not be reached.
        tags: free words; `safety` protects the expectations from `--chat-update`.
    """

    dialog: str
    title: str = ""
    seed: int = 0
    clock: int = DEFAULT_CLOCK
    lang: str = "en"
    region: str | None = None
    given: Given | None = None
    never: tuple[Never, ...] = ()
    tags: tuple[str, ...] = ()


class Exchange(Struct, frozen=True, kw_only=True):
    """One act and what is expected to follow.

    Attributes:
        line: where the act stands; 0 for the opening, which has none.
        said: the act as it is written.
        acts: each of its variants; empty for the opening.
        wait: milliseconds that pass before it, beyond the usual moment.
        wants: what is expected.
        span: first and last line of the expectations, or None without any.
    """

    line: int
    said: str = ""
    acts: tuple[Act, ...] = ()
    wait: int = 0
    wants: Wants = Wants()
    span: tuple[int, int] | None = None


class Chat(Struct, frozen=True):
    """A whole file.

    Attributes:
        file: its path.
        head: what stands above the `---`.
        exchanges: the talk; the first has no act and is the opening.
        source: the file's lines.
        name: the variants that were chosen, such as `hi` or `hi, [Yes]`.
    """

    file: str
    head: Head
    exchanges: tuple[Exchange, ...]
    source: tuple[str, ...] = ()
    name: str = ""


def each_way(chat: Chat) -> list[Chat]:
    """Give one chat for each way through its variants.

    Raises:
        ReplayError: there are too many of them.
    """
    ways = 1
    for exchange in chat.exchanges:
        ways *= max(len(exchange.acts), 1)
        if ways > MOST_VARIANTS:
            raise ReplayError(chat.file, exchange.line, f"more than {MOST_VARIANTS} ways through",
                              "spread the variants over several files")  # fmt: skip
    options = [[one_act(e, n) for n in range(max(len(e.acts), 1))] for e in chat.exchanges]
    return [_chosen(chat, way) for way in product(*options)]


def one_act(exchange: Exchange, n: int) -> Exchange:
    """Keep only the `n`-th variant."""
    if len(exchange.acts) < 2:
        return exchange
    said = variants(exchange.said)[n]
    return structs.replace(exchange, said=said, acts=(exchange.acts[n],))


def _chosen(chat: Chat, way: tuple[Exchange, ...]) -> Chat:
    pairs = zip(way, chat.exchanges, strict=True)
    name = ", ".join(now.said for now, was in pairs if len(was.acts) > 1)
    return structs.replace(chat, exchanges=way, name=name)


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the hint “did you mean …?”, or nothing when nothing comes near."""
    close = get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean {close[0]}?" if close else ""
