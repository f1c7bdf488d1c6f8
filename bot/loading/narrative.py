"""Reads how the new narrative is put together: its slots, our glue, and what fits after it."""

import re
from typing import Any

from bot.loading.desk import Desk, flag
from bot.loading.grammar import KEYS
from bot.loading.tree import Node
from bot.script import Narrative, NarrativeSlot, Saying

MOST_GLUE = 5  # words a slot; more, and the story would no longer be the person's own


def read_narrative(desk: Desk, node: Node | None) -> Narrative:
    """Read how the new narrative is put together."""
    if node is None:
        return Narrative()
    desk.findings.unknown_keys(node, KEYS["narrative"], "narrative")
    slots = node.items.get("slots")
    given = node.items.get("quoted")
    quoted = desk.label("narrative/quoted", given) if given else "“{}”"
    lists = {
        name: frozenset(said.strip() for said in _list(desk, node, name))
        for name in ("openers", "nouns", "alone", "hollow")
    }
    lines = tuple(_slot(desk, slot) for slot in slots.entries) if slots else ()
    return Narrative(lines, quoted, **lists)


def _list(desk: Desk, node: Node, name: str) -> list[str]:
    """Read words, or whole answers, with commas between them."""
    entry = node.items.get(name)
    return desk.label(f"narrative/{name}", entry).lower().split(",") if entry is not None else []


def _slot(desk: Desk, node: Node) -> NarrativeSlot:
    desk.findings.unknown_keys(node, KEYS["slot"], "slot")
    words = node.items["words"].text if "words" in node.items else ""
    variable = desk.scope.variables.get(words)
    if variable is None or variable.kind != "words":
        desk.findings.add(
            node, "MR017", f"“{words}” holds no words", "name a variable of kind words"
        )
    quote: Any = node.items["quote"].text if "quote" in node.items else "auto"
    slot_id = node.items["id"].text if "id" in node.items else words
    glue = node.items.get("glue", node)
    return NarrativeSlot(
        slot_id,
        tuple(_glue(desk, entry, slot_id) for entry in glue.entries or [glue]),
        words,
        quote,
        is_old=flag(node.items.get("old")),
        beside=node.items["beside"].text if "beside" in node.items else "",
        needs=node.items["needs"].text if "needs" in node.items else "",
    )


def _glue(desk: Desk, node: Node, slot_id: str) -> Saying:
    text = node.items.get("text", node)
    if len(re.sub(r"{{.*?}}", "", text.text).split()) > MOST_GLUE:
        desk.findings.add(
            text, "MR018", "the glue is too long", "five words at most; the rest is theirs"
        )
    line_id = f"narrative.{slot_id}"
    wording = desk.wording(text, line_id, is_fixed=True)
    return Saying(line_id, (wording,), desk.guard(node.items.get("when")), is_fixed=True)
