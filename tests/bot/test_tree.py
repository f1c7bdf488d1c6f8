"""YAML as a tree: every value with its place, and every mistake as a finding."""

import pytest

from bot.loading.tree import Findings, Node, read_tree

BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20)
)


def read(text: str) -> tuple[Node, list[str]]:
    """Read a text, and give what is wrong with it."""
    findings = Findings()
    return read_tree("a.yaml", text, findings), [
        f"{it.line}:{it.column} {it.message}" for it in findings.all
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\na: 2", ["2:1 “a” stands twice"]),
        ("{[1, 2]: {b: 1, b: 2}, c: 3}", ["1:2 a key must be a word"]),
        ("a: *b", ["1:4 the file can't be read: “*b” stands for nothing"]),
        ("&a [*a]", ["1:5 the file can't be read: “*a” stands for nothing"]),
        ("a: 1\n---\nb: 2", ["2:1 the file can't be read: a second document begins"]),
        ("- " * 26 + "x", ["1:51 nested too deeply"]),
    ],
)
def test_what_a_script_can_not_be_is_told_with_its_place(text: str, found: list[str]) -> None:
    """Nothing is guessed; what stands inside of it isn't told as well."""
    assert read(text)[1] == found


def test_a_value_that_is_used_again_is_the_same_value() -> None:
    """A file of a few lines that stands for a billion words takes no room for them."""
    assert len(BOMB) < 2_000
    tree, wrong = read(BOMB)
    assert wrong == []
    last = tree.items["a19"].entries
    assert all(entry is last[0] for entry in last)


def test_a_word_stays_a_word() -> None:
    """Only whole numbers and nothing at all are more than text, and quotes make a number text."""
    tree, _ = read("{a: no, b: 12, c: '12', d: ~, e: what?, f: 1.5}")
    assert {name: node.value for name, node in tree.items.items()} == {
        "a": "no", "b": 12, "c": "12", "d": None, "e": "what?", "f": "1.5",
    }  # fmt: skip
