"""What the shipped conversations reach of the shipped dialogue."""

from bot.workshop.coverage import Coverage
from bot.workshop.library import PACKAGED, Libraries
from bot.workshop.suite import chat_files, covered, outcomes

LEAST = 99
"""Percent. All of it is reached: `makeroom replay --least 100 dialogs`; a change of the script has
the room to be made before its conversations are."""


def test_the_shipped_conversations_reach_the_shipped_dialogue() -> None:
    """Every step, route, guard both ways, choice and line, and each command at each prompt."""
    files = chat_files([PACKAGED / "anxiety" / "replays"])
    (found,) = covered(outcomes(files, Libraries()))
    assert short(found) == {}


def short(found: Coverage) -> dict[str, tuple[str, ...]]:
    """Give what is missing of each share that is below; wordings are there to be many."""
    return {
        name: share.missed
        for name, share in found.shares()
        if name != "wordings" and 100 * share.count < LEAST * len(share.all)
    }
