"""Reading `.chat` files: what is written is what is meant, and every mistake has its line."""

from pathlib import Path

import pytest

from bot.errors import ReplayError
from bot.workshop.acts import Exercised, Pressed, Rated, Returned, Typed
from bot.workshop.chat import DEFAULT_CLOCK, each_way
from bot.workshop.chatfile import read_chat, read_file
from bot.workshop.wants import Span, WantedLine

HEAD = "dialog: tiny\n---\n"


def test_the_example_of_the_contract_is_read() -> None:
    """Everything that the published example shows is understood."""
    chat = read_chat(
        "title:  distress rises while making room\n"
        "dialog: anxiety\n"
        "seed:   7\n"
        "clock:  2026-03-01 09:00\n"
        "given:  at approaching.make_space, distress = 4, consent = yes\n"
        "never:  at approaching.* while distress > 6\n"
        "tags:   safety\n"
        "---\n"
        "you: [too much]\n"
        'bot: #ground.stop  "stop going toward it"\n'
        "     now at ground.choose, distress = 9\n"
        "     choices: Look around | Feet on the floor | …\n"
        "wait: 2 days\n"
        "you: hello again\n"
        "bot: #return.welcome\n"
        "...\n"
    )
    head, (opening, first, second) = chat.head, chat.exchanges
    assert (head.seed, head.clock, head.tags) == (7, 1_772_355_600_000, ("safety",))
    assert head.given is not None
    assert head.given.state.values == (("distress", 4), ("consent", True))
    assert (head.never[0].place, head.never[0].guard) == ("approaching.*", "distress > 6")
    assert not opening.wants
    assert first.acts == (Pressed("too much"),)
    assert first.wants.lines == (WantedLine(10, "ground.stop", ("stop going toward it",)),)
    assert first.wants.states[0].place == "ground.choose"
    assert first.wants.choices[0].labels == ("Look around", "Feet on the floor", "…")
    assert (second.wait, second.acts) == (172_800_000, (Typed("hello again"),))
    assert [line.rest for line in second.wants.lines] == [False, True]


def test_only_the_dialogue_is_needed() -> None:
    """A head with `dialog` alone has a fixed clock and seed, so that it plays the same for ever."""
    head = read_chat(HEAD).head
    assert (head.dialog, head.seed, head.clock, head.lang) == ("tiny", 0, DEFAULT_CLOCK, "en")


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("hello there", Typed("hello there")),
        ('""', Typed("")),
        ('"[sic]"', Typed("[sic]")),
        (r'"one\ntwo"', Typed("one\ntwo")),
        (r"a \{brace\}", Typed("a {brace}")),
        ("I (really) do", Typed("I (really) do")),
        ("/back", Typed("/back")),
        ("[Not now]", Pressed("Not now")),
        ("[Return]", Returned()),
        ("(0)", Rated(0)),
        ("( 10 )", Rated(10)),
        ("<okay 60>", Exercised("okay", 60)),
        ("<okay>", Exercised("okay", None)),
        ("<too much 5>", Exercised("toomuch", 5)),
        ("<stop 20 s>", Exercised("stop", 20)),
    ],
)
def test_each_way_of_acting_is_read(said: str, act: object) -> None:
    """Typed words, choices, ratings, exercises and visits each have their sign."""
    assert read_chat(f"{HEAD}you: {said}\n").exchanges[1].acts == (act,)


def test_variants_make_a_chat_each() -> None:
    """`{a|b}` is every way through, each with its name."""
    chat = read_chat(HEAD + "you: {hi|hello} {there|you}\nyou: {[Yes]|yes}\nyou: no\n")
    names = [way.name for way in each_way(chat)]
    assert len(names) == 8
    assert names[0] == "hi there, [Yes]"
    assert each_way(chat)[1].exchanges[2].acts == (Typed("yes"),)


def test_too_many_ways_are_refused() -> None:
    """A file that means thousands of tests is a mistake, and says where."""
    chat = read_chat(HEAD + "you: {a|b|c|d|e|f|g|h|i}\nyou: {a|b|c|d|e|f|g|h|i}\n")
    with pytest.raises(ReplayError, match=r"<chat>:4: more than 64 ways"):
        each_way(chat)


def test_expectations_belong_to_the_act_before() -> None:
    """Lines may go on below with or without `bot:`; empty lines and notes don't count."""
    chat = read_chat(
        HEAD + 'bot: #a.b\n     "c"  "d"\n\n# a note\n/e+/\nnow ended\nvia: T5\ncard: NZ\nyou: x\n'
    )
    opening = chat.exchanges[0]
    assert [line.line for line in opening.wants.lines] == [3, 4, 7]
    assert opening.wants.lines[1].texts == ("c", "d")
    assert opening.wants.states[0].ended is True
    assert (opening.wants.paths[0].ids, opening.wants.cards[0].region) == (("T5",), "NZ")
    assert opening.span == (3, 10)


def test_a_wait_alone_is_a_visit() -> None:
    """`wait:` before `you:` lets time pass; before `bot:` the page is opened again."""
    chat = read_chat(HEAD + "wait: 3 hours\nwait: 1 minute\nyou: x\nwait: 2 weeks\nbot: ...\n")
    _, typed, visit = chat.exchanges
    assert (typed.wait, typed.acts) == (10_860_000, (Typed("x"),))
    assert (visit.wait, visit.acts) == (1_209_600_000, (Returned(),))


def test_values_are_read() -> None:
    """Yes, numbers, ids, lists, times, quoted words and *not given* are told apart."""
    chat = read_chat(
        HEAD
        + 'now at a.b, v = yes, w = 7, x = gentle, y = "a, b", z = [c.d, "e f"], l = 2 hours,'
        + " n = ~, u = I'd say, distress >= 4, w == 'one, two'\n"
    )
    state = chat.exchanges[0].wants.states[0]
    assert dict(state.values) == {
        "v": True,
        "w": 7,
        "x": "gentle",
        "y": "a, b",
        "z": ("c.d", "e f"),
        "l": Span(7_200_000),
        "n": None,
        "u": "I'd say",
    }
    assert state.guards == ("distress >= 4", "w == 'one, two'")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("dialog: tiny\nyou: x\n", 2, "nothing separates head and talk"),
        ("", 1, "nothing separates"),
        ("---\n", 1, "doesn't name a dialogue"),
        ("dialgo: tiny\n---\n", 1, "no field dialgo (did you mean dialog?)"),
        ("dialog: tiny\nxyz: 1\n---\n", 2, "no field xyz (the fields are"),
        ("dialog: tiny\ndialog: tiny\n---\n", 2, "stands twice"),
        ("dialog:\n---\n", 1, "says nothing"),
        ("dialog: tiny\nseed: -1\n---\n", 2, "is no seed"),
        ("dialog: tiny\nclock: noon\n---\n", 2, "is no time"),
        ("dialog: tiny\nregion: Nowhere\n---\n", 2, "two letters"),
        ("dialog: tiny\ngiven: distress = 4\n---\n", 2, "starts at one step"),
        ("dialog: tiny\ngiven: at a.*\n---\n", 2, "starts at one step"),
        ("dialog: tiny\ngiven: at a.b, distress > 4\n---\n", 2, "write name = value"),
        ("dialog: tiny\nnever: sometimes\n---\n", 2, "write never: at"),
        ("dialog: tiny\nhello there\n---\n", 2, "is no field"),
        (HEAD + "bto: #x\n", 3, "can't be read (did you mean bot:?)"),
        (HEAD + "choises: a\n", 3, "did you mean choices:?"),
        (HEAD + "hello there\n", 3, "lines begin with"),
        (HEAD + "...\n", 3, "stands after nothing"),
        (HEAD + "you:\n", 3, "says nothing"),
        (HEAD + "bot: hello\n", 3, 'expected by #id, "part'),
        (HEAD + 'bot: "open\n', 3, "expected by"),
        (HEAD + "bot: #a #b\n", 3, "one id"),
        (HEAD + "bot: /(/\n", 3, "is no pattern"),
        (HEAD + "you: (11)\n", 3, "is no rating"),
        (HEAD + "you: (a lot)\n", 3, "is no rating"),
        (HEAD + "you: <fine 3>\n", 3, "is no exercise"),
        (HEAD + "you: [open\n", 3, "is no choice"),
        (HEAD + "you: []\n", 3, "is no choice"),
        (HEAD + "you: {" + "|".join("abcdefgh" * 9) + "}\n", 3, "72 variants are too many"),
        (HEAD + "wait: soon\n", 3, "is no time"),
        (HEAD + "bot: ...\n     now at a b\n", 4, "is no place"),
        (HEAD + "now at a.b,, c = 1\n", 3, "a comma with nothing"),
        (HEAD + "now at a.b, c = [d\n", 3, "doesn't close"),
        (HEAD + "card: everyone\n", 3, "two letters"),
    ],
)
def test_a_mistake_has_its_line_and_a_way_out(text: str, line: int, says: str) -> None:
    """Whatever can't be read is a ReplayError at its line."""
    with pytest.raises(ReplayError) as caught:
        read_chat(text, "x.chat")
    assert caught.value.line == line
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"x.chat:{line}: ")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A byte that isn't UTF-8, or no file at all, is a sentence with the place."""
    file = tmp_path / "x.chat"
    file.write_bytes(b"dialog: tiny\n---\nyou: \xff\n")
    with pytest.raises(ReplayError, match=r"x\.chat:3: this isn't UTF-8"):
        read_file(file)
    with pytest.raises(ReplayError, match="no such file"):
        read_file(tmp_path / "y.chat")


def test_windows_files_are_read() -> None:
    """A byte order mark and CR LF are no mistakes."""
    chat = read_chat("\ufeffdialog: tiny\r\n---\r\nyou: hi\r\n")
    assert chat.exchanges[1].acts == (Typed("hi"),)
