"""A talk at a terminal, with a clock and a console that stand still."""

from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace as with_

from bot.errors import ConfigError
from bot.machine import build_machine
from bot.values import Answer, Ask, Choice, ExerciseFrame, Family, Line, Outcome, Reply
from bot.workshop.chat import Head, each_way
from bot.workshop.chatfile import read_chat
from bot.workshop.library import Library
from bot.workshop.reading import Said
from bot.workshop.rendering import ask_lines, card_lines, numbered
from bot.workshop.replay import play
from bot.workshop.terminal import Terminal, replayed
from bot.workshop.typed import meant


@dataclass
class Paper:
    """A console that reads from a list and keeps what is shown."""

    lines: list[str]
    shown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def show(self, reply: Reply) -> None:
        """Keep the lines."""
        self.shown += [line.text for line in reply.lines]

    def note(self, text: str) -> None:
        """Keep the note."""
        self.notes.append(text)

    def read(self) -> str | None:
        """Give the next line."""
        return self.lines.pop(0) if self.lines else None

    def frame(self, text: str, seconds: int) -> None:
        """Keep the frame; it takes no time."""
        self.frames.append(f"{text} {seconds}")

    def save(self, file: str, text: str) -> None:
        """Keep the file, unless the disk is full."""
        if file == "full":
            raise ConfigError("full can't be saved")
        self.files[file] = text


@dataclass
class Clock:
    """Each look takes a second."""

    now: int = 1_772_355_600_000

    def __call__(self) -> int:
        """Give the next second."""
        self.now += 1000
        return self.now


def talk(library: Library, *lines: str) -> tuple[Terminal, Paper]:
    paper = Paper(list(lines))
    head = Head(dialog="tiny", title="typed", seed=7)
    terminal = Terminal(library.script("tiny"), library.ear, paper, Clock(), head)
    terminal.run()
    return terminal, paper


WHOLE = ("1", "about a 4", "fog", "", "2 4", "1 2", "1, 3", "1", "", "2", "1", "all mine", "drop 1")


def test_a_whole_talk_can_be_typed(library: Library) -> None:
    """Numbers, words and Enter lead through every kind of question to the end."""
    terminal, paper = talk(library, *WHOLE)
    assert terminal.session is not None
    assert terminal.session.ended
    assert paper.frames == ["In, gently. 60", "And out. 60"]
    assert paper.shown[-1] == "Take care."
    assert "all mine" in str(terminal.session.values["story"])
    assert "fog" not in str(terminal.session.values["story"])
    assert terminal.session.values["felt"] == ("fear.dread", "worry")


@pytest.mark.parametrize(
    "lines",
    [
        WHOLE,
        (
            "/why",
            "/skip",
            "I want to die",
            "1",
            "1",
            "/back",
            "/pause",
            "1",
            "/toomuch",
            "2",
            "/stop",
        ),
        ("  ", "[sic]", "{a|b}", "2", "ignored"),
        ('"quoted"', "#id", "(", "<", "yes", "10", "1", "1"),
    ],
    ids=["whole", "commands", "strange words", "signs"],
)
def test_what_is_recorded_plays_again(lines: tuple[str, ...], library: Library) -> None:
    """A recorded talk is a test that passes at once and ends in the same state."""
    terminal, _ = talk(library, *lines)
    (way,) = each_way(read_chat(terminal.recorded()))
    result = play(way, library.script("tiny"), library.ear)
    assert result.has_passed, result.report()
    after = result.played[-1].got
    assert after is not None
    assert terminal.session is not None
    assert after.session.step == terminal.session.step
    assert after.session.values == terminal.session.values


def test_the_end_of_the_input_is_a_polite_end(library: Library) -> None:
    """No more lines, or /quit, ends without a word of blame."""
    for lines in ((), ("/quit", "yes")):
        terminal, paper = talk(library, *lines)
        assert paper.notes == ["Until another time."]
        assert len(terminal.talk) == 1


def test_mistakes_are_notes_and_change_nothing(library: Library) -> None:
    """A number or label that isn't there, an unknown command, a file that can't be written."""
    terminal, paper = talk(library, "9", "[Nope]", "/bakc", "/save", "/save full", "")
    assert len(terminal.talk) == 1
    assert paper.notes == [
        "the numbers here are 1 to 2",
        "“Nope” isn't offered here (there is: Yes, a little, Not now)",
        "There is no /bakc (did you mean /back?)",
        "name the file, such as /save first.chat",
        "full can't be saved",
        "Until another time.",
    ]


def test_state_and_save(library: Library) -> None:
    """/state shows where the talk is, /save writes the talk so far."""
    _, paper = talk(library, "yes", "9", "/state", "/save a.chat")
    state = "at ground.over called from welcome.strength"
    assert any(note.startswith(state) and "strength = 9" in note for note in paper.notes)
    assert "you: yes\n" in paper.files["a.chat"]


def test_a_deleted_talk_is_not_written(library: Library) -> None:
    """Who asks for deletion leaves nothing behind, whatever was to be recorded."""
    terminal, _ = talk(library, "my secret", "/pause", "[Delete this talk]")
    assert terminal.is_forgotten
    assert "secret" not in terminal.recorded()


def test_cards_are_sorted_one_by_one(library: Library) -> None:
    """Each card is asked for; a command or a danger between two cards is obeyed at once."""
    before = WHOLE[:7]
    _, paper = talk(library, *before, "Very", "2", "1")
    assert paper.notes[-3:-1] == ["Family?", "Humour?"]
    terminal, _ = talk(library, *before, "1", "/stop")
    assert terminal.reply is not None
    assert terminal.reply.ended
    terminal, _ = talk(library, *before, "1", "I want to die")
    assert terminal.reply is not None
    assert terminal.reply.stage == "crisis"
    _, paper = talk(library, *before, "1", "/state")
    assert "finish the cards first, or leave them with /skip" in paper.notes


def test_an_exercise_is_shown_once(library: Library) -> None:
    """Asking why doesn't start the exercise anew."""
    _, paper = talk(library, *WHOLE[:3], "/why", "stop")
    assert len(paper.frames) == 2


CHOICE = Ask(kind="choice", choices=(Choice("a", "One"), Choice("b", "Two")))
STORY = Ask(kind="approve", lines=(Line("n.a", "A"), Line("n.b", "B")))
BREATH = Ask(kind="exercise", frames=(ExerciseFrame("In", 4),))
FEEL = Ask(
    kind="feelings",
    families=(
        Family("fear", "Fear", (Choice("fear.dread", "Dread"),)),
        Family("joy", "Joy", (Choice("joy.glee", "Glee"),)),
    ),
)


@pytest.mark.parametrize(
    ("line", "ask", "answer"),
    [
        ("2", CHOICE, Answer(choice="b")),
        (" two ", CHOICE, Answer(text="two")),
        ("[Two]", CHOICE, Answer(choice="b")),
        ("1 2", CHOICE, Answer(text="1 2")),
        ("7", Ask(kind="rating"), Answer(rating=7)),
        ("(7)", Ask(kind="rating"), Answer(rating=7)),
        ("about 7", Ask(kind="rating"), Answer(text="about 7")),
        ("77", Ask(kind="rating"), Answer(text="77")),
        ("(sigh)", Ask(kind="text"), Answer(text="(sigh)")),
        ("7", Ask(kind="text"), Answer(text="7")),
        ("1", Ask(kind="text", chips=(Choice("a", "A"),)), Answer(choice="a")),
        ("40", Ask(kind="text", chips=(Choice("a", "A"),)), Answer(text="40")),
        ("4 and 2", FEEL, Answer(text="4 and 2")),
        ("4, 2", FEEL, Answer(feelings=("joy.glee", "fear.dread"))),
        ("", BREATH, Answer(exercise=Outcome("okay", 9))),
        ("Too much!", BREATH, Answer(exercise=Outcome("toomuch", 9))),
        ("stop", BREATH, Answer(exercise=Outcome("stop", 9))),
        ("it was odd", BREATH, Answer(text="it was odd")),
        ("", STORY, Answer(approve={"n.a": True, "n.b": True})),
        ("drop 1 | 2 = mine", STORY, Answer(approve={"n.a": False, "n.b": "mine"})),
        ("I like both", STORY, Answer(text="I like both")),
    ],
)
def test_a_typed_line_means_what_a_person_would_think(line: str, ask: Ask, answer: Answer) -> None:
    """Numbers count where things are numbered; everything else is words, for the ear to hear."""
    assert meant(line, ask, 9) == Said("say", answer)


def test_what_is_numbered_is_what_is_shown(library: Library) -> None:
    """The number beside a label picks that label, in every kind of prompt."""
    shown = "\n".join(ask_lines(FEEL))
    assert [choice.id for choice in numbered(FEEL)] == ["fear", "fear.dread", "joy", "joy.glee"]
    assert "1 Fear: 2 Dread" in shown
    assert "3 Joy: 4 Glee" in shown
    assert ask_lines(CHOICE)[:2] == ["  1  One", "  2  Two"]


def test_help_lines_are_printed_as_their_sources_do(library: Library) -> None:
    """A number is shown exactly as it is dialled there."""
    lines = card_lines(library.script("tiny").help.card("ZZ"))
    assert lines[:2] == ["Testland: 000", "The Test Line: 0000 11 · 24/7"]


def test_a_saved_script_takes_the_talk_along(library: Library) -> None:
    """What is the same goes on from where it was, with the newer script."""
    newer = [None, library.script("tiny")]
    paper = Paper(["1", "4", "4", "/quit"])
    head = Head(dialog="tiny", seed=3)
    terminal = Terminal(
        library.script("tiny"), library.ear, paper, Clock(), head, newer=lambda: newer.pop(0)
    )
    newer.append(None)
    newer.append(None)
    terminal.run()
    assert "The script has changed. All 2 turns go as before." in paper.notes
    assert terminal.session is not None
    assert terminal.session.values["strength"] == 4


def test_a_changed_script_stops_at_the_first_difference(library: Library) -> None:
    """The talk stands where it goes another way, and what came after is gone."""
    script = library.script("tiny")
    silent = with_(script.steps["welcome.strength"], say=())
    steps = {**script.steps, "welcome.strength": silent}
    machine = build_machine(steps, script.stages, script)
    changed = with_(script, steps=steps, machine=machine)
    terminal, _ = talk(library, "1", "4")
    again, says = replayed(changed, terminal.talk)
    assert says == "It goes another way from turn 2 of 3, so here we are:"
    assert [one.turn.session.step for one in again] == ["welcome.hello", "welcome.strength"]
    assert replayed(script, terminal.talk) == (terminal.talk, "All 3 turns go as before.")
