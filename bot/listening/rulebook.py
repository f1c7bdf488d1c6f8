"""Reads the plain files in which counsellors keep word lists and rules.

A file is read line by line; `#` at the beginning of a line is a comment::

    list want: want, wanna, would like
      feel like                             a list may go on, indented; a language's file adds to it

    rule suicide.wish: suicide act          its id, then its labels
      @i @want to @die                      patterns, one a line
      + I want to die                       an example that must fire
      - I want to die my hair blue          an example that must not

    sum suicide.kit: suicide now          signs that mean more together
      kit dark !daily                       all of these near each other, and not that one
      + the pills are on the table. I'm done
      - the pills are on the table

Everything that is wrong in a folder is reported at once, with file and line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from bot.errors import Finding, MakeroomError, ScriptError

SIGN, MOOD, CUE = "sign", "mood", "cue"
"""Labels of rules that say little alone: a mood only near a sign, cues also by themselves."""

SCOPE, MINOR, MATTER = "scope", "minor", "matter"
"""Kinds: what says how much a find is worth; an age, which is heard beside any danger; something
that can be over or given up without anybody's death, such as an exam."""

DEED = "deed"
"""A second label of signs that somebody does."""

YOUNG = "young"
"""A third label of what alone is only asked about, and beside a danger says that a child writes."""

_HEAD = re.compile(r"(list|rule|sum|spell|keys)\b\s*([\w.\- ]*?)\s*:\s*(.*)")


def mood_of(name: str) -> str:
    """Name the kind of a mood: each is looked for by itself, where a sum may need it."""
    return f"{MOOD}.{name}"


class Rule(Struct, frozen=True):
    """A rule as it is written.

    Attributes:
        id: a stable name.
        labels: what it stands for, such as `("suicide", "act")`.
        patterns: its patterns with their lines.
        fires: examples in which it must be found.
        silent: examples in which it must not.
        file: where it stands.
        line: counted from 1.
    """

    id: str
    labels: tuple[str, ...]
    patterns: tuple[tuple[str, int], ...]
    fires: tuple[str, ...]
    silent: tuple[str, ...]
    file: str
    line: int

    @property
    def group(self) -> str:
        """Name what the rule is for: `risk`, or the name of its file in `listening`."""
        return "risk" if self.file.startswith("safety/") else Path(self.file).stem

    @property
    def sign(self) -> str:
        """Name a sign as sums do: without what stands before the dot."""
        return self.id.rpartition(".")[2]

    @property
    def kind(self) -> str:
        """Name what is looked for at once: a tier, scopes, signs, one mood, or a group."""
        if self.group != "risk":
            return self.group
        if self.labels[0] == MOOD:
            return mood_of(self.sign)
        if self.labels[0] in (SIGN, CUE, MINOR, MATTER):
            return self.labels[0]
        return self.labels[1] if len(self.labels) > 1 else SCOPE


class RuleBook(Struct, frozen=True):
    """All lists and rules of some files.

    Attributes:
        lists: named lists of words and phrases.
        rules: in the order of the files.
        spellings: what a written word stands for.
        keys: words whose misspellings must be heard.
        sums: what signs mean together; their patterns are names of signs.
    """

    lists: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    spellings: dict[str, str]
    keys: tuple[str, ...]
    sums: tuple[Rule, ...]


class _Block(Struct):
    kind: str
    name: str
    rest: str
    file: str
    line: int
    body: list[tuple[str, int]]


def read_rules(files: Iterable[Path], root: Path) -> RuleBook:
    """Read rule files.

    Args:
        files: which, in order.
        root: the folder that paths in messages are relative to.

    Raises:
        ScriptError: with everything that is wrong.
        MakeroomError: a file can't be read.
    """
    findings: list[Finding] = []
    blocks = [b for file in files for b in _blocks(file, root, findings)]
    lists: dict[str, tuple[str, ...]] = {}
    spellings: dict[str, str] = {}
    keys: list[str] = []
    rules: dict[str, Rule] = {}
    sums: dict[str, Rule] = {}
    for block in blocks:
        if block.kind in ("rule", "sum"):
            rule = _rule(block, findings)
            if rule.id in rules or rule.id in sums:
                findings.append(_finding(block, "LS02", f"a second rule “{rule.id}”", "rename one"))
            (rules if block.kind == "rule" else sums)[rule.id] = rule
        elif block.kind == "list":
            lists[block.name] = lists.get(block.name, ()) + tuple(_entries(block))
        elif block.kind == "keys":
            keys.extend(_entries(block))
        else:
            spellings.update(dict.fromkeys(_entries(block), block.name))
    findings += _second_lists(blocks)
    if findings:
        raise ScriptError(findings)
    return RuleBook(lists, tuple(rules.values()), spellings, tuple(keys), tuple(sums.values()))


def _blocks(file: Path, root: Path, findings: list[Finding]) -> list[_Block]:
    name = file.relative_to(root).as_posix()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MakeroomError(f"{name} can't be read as UTF-8 text: {error}.") from error
    blocks: list[_Block] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line[0] == "#":
            continue
        head = _HEAD.match(line)
        if head:
            blocks.append(_Block(head[1], head[2], head[3], name, number, []))
        elif line[0] in " \t" and blocks:
            blocks[-1].body.append((line.strip(), number))
        else:
            message, hint = (
                f"“{line[:40]}” begins nothing",
                "begin with list, rule, sum, spell or keys",
            )
            findings.append(Finding(name, number, 1, "LS01", message, hint))
    return blocks


def _is_of_language(file: str) -> bool:
    """Tell whether a file or its folder is named by a language's two letters, such as `es`."""
    path = Path(file)
    return 2 in (len(path.stem), len(path.parent.name))


def _second_lists(blocks: Sequence[_Block]) -> Iterator[Finding]:
    """Refuse a name that two lists have: their words would silently be joined."""
    hint = "rename one, or put all words into one list; only a language's file adds to a list"
    first: dict[str, _Block] = {}
    for block in blocks:
        if block.kind == "list" and not _is_of_language(block.file):
            if block.name in first:
                place = f"{first[block.name].file}:{first[block.name].line}"
                message = f"a second list “{block.name}”, the first is {place}"
                yield _finding(block, "LS06", message, hint)
            first.setdefault(block.name, block)


def _rule(block: _Block, findings: list[Finding]) -> Rule:
    kept: dict[str, list[tuple[str, int]]] = {"+": [], "-": [], "": []}
    for text, number in block.body:
        if text[0] in "+-" and text[1:2] == " ":
            kept[text[0]].append((text[2:].strip(), number))
        else:
            kept[""].append((text, number))
    if not kept[""] or not kept["+"] or not block.rest.split():
        message = f"rule “{block.name}” lacks labels, a pattern or a “+” example"
        findings.append(_finding(block, "LS03", message, "give it all three"))
    return Rule(
        id=block.name,
        labels=tuple(block.rest.split()),
        patterns=tuple(kept[""]),
        fires=tuple(text for text, _ in kept["+"]),
        silent=tuple(text for text, _ in kept["-"]),
        file=block.file,
        line=block.line,
    )


def _entries(block: _Block) -> Iterable[str]:
    for text in (block.rest, *(line for line, _ in block.body)):
        yield from (entry.strip() for entry in text.split(",") if entry.strip())


def _finding(block: _Block, code: str, message: str, hint: str) -> Finding:
    return Finding(block.file, block.line, 1, code, message, hint)
