"""What is proved is true of every talk, and each property catches the fault it is there for."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from bot.errors import AnswerRefused, ConfigError
from bot.guide import take_turn
from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.script import Script
from bot.values import Input, Session
from bot.workshop.callers import caller_of
from bot.workshop.chatfile import read_chat
from bot.workshop.domains import Domains
from bot.workshop.explore import Exploration
from bot.workshop.graph import Graph
from bot.workshop.inputs import acts_at, asides, calls, dangers
from bot.workshop.library import PACKAGED
from bot.workshop.moves import Moves
from bot.workshop.place import Place
from bot.workshop.proof import Proof, prove
from bot.workshop.properties import read_wanted
from bot.workshop.replay import play
from bot.workshop.trial import SAID
from bot.workshop.twin import Twin
from tests.conftest import DATA, NINE

ONCE_MORE = ("no: {", "again: {label: Again, when: rounds < 2, go: space}, no: {")
ENDS = "{say: {text: We stop here., fixed: true}, end: true}"
ASKS = (
    "{say: Really?, ask: {choice: ~, choices: {no: {label: No, return: true}}}, "
    "skip: {return: true}}"
)
LOOPS = "    next:\n      - {when: rounds >= 0, go: landing}\n      - talk.bye"
SAFETY = DATA / "walk_safety"
Make = Callable[[dict[str, tuple[str, str]]], Path]


@pytest.fixture
def faulty(tmp_path: Path) -> Make:
    """Make a copy of the script that is proved, with some words of it changed."""

    def make(changes: dict[str, tuple[str, str]]) -> Path:
        for file in (DATA / "proving").glob("*.yaml"):
            text = file.read_text()
            for old, new in [changes[file.name]] if file.name in changes else []:
                assert old in text
                text = text.replace(old, new)
            (tmp_path / file.name).write_text(text)
        return tmp_path

    return make


def proved(folder: Path, *ids: str) -> Proof:
    """Prove our promises and some of the author's properties of a folder."""
    wanted = [one for one in read_wanted(DATA / "proving") if one.id in ids]
    return prove(load_dialog(folder, SAFETY), wanted)


def states(script: Script, seed: int, turns: int) -> list[Session]:
    """Lead a talk by chance, as anything a person may do comes up."""
    random, domains = Random(seed), Domains(script)
    session = take_turn(script, None, Input(at=NINE, kind="begin")).session
    found = [session]
    for _ in range(turns):
        step = script.steps[session.step]
        acts = [*acts_at(script, step, domains), *calls(script), *asides(), *dangers(script)]
        act = random.choice(acts)
        kind = "back" if random.random() < 0.2 else act.given.kind
        heard, answer = act.given.heard, act.given.answer
        given = Input(at=session.at + act.gap, kind=kind, answer=answer, heard=heard)
        try:
            session = take_turn(script, session, given).session
        except AnswerRefused:
            continue
        found.append(session)
    return found


SEEN = {
    "walk": [
        ("distress", "consent", "locked", "numb", "rounds", "risk_tier"),
        ("rounds", "risk_tier"),  # few enough to keep what held at each call
    ],
    "proving": [("force", "consent", "locked", "deep", "rounds"), ("deep", "consent", "rounds")],
    "anxiety": [
        ("distress", "pace", "consent", "locked", "safe_mode", "deep"),
        ("deep", "left_deep", "checked_here"),
        ("rounds", "gone_through", "literal"),
    ],
}


@pytest.mark.parametrize("name", SEEN)
def test_every_talk_is_among_what_was_explored(name: str) -> None:
    """Where talks led by chance come to rest, with what they hold, the exploration has been."""
    is_ours = name == "anxiety"
    folder = PACKAGED / name if is_ours else DATA / name
    script = load_dialog(folder, PACKAGED / "safety" if is_ours else SAFETY)
    twin = Twin(script)
    graph = Graph(Moves(twin, {name for names in SEEN[name] for name in names}))
    spaces = [Exploration(graph, names) for names in SEEN[name]]
    for seed in range(25):
        for session in states(script, seed, 60):
            place = Place("at", session.step, caller_of(script, session.stack))
            for space in spaces:
                held = {n: twin.domains.settle(n, v, session.at)
                        for n, v in session.values.items() if n in space.space}  # fmt: skip
                assert space.found[place] & space.space.one(held), (seed, session)


def test_a_sound_script_is_proved() -> None:
    """All promises and the author's properties hold, and every one was decided."""
    proof = proved(
        DATA / "proving", "window", "consent", "lock", "no-tap", "chosen", "rounds-apart"
    )
    assert [one.id for one in proof.properties if not one.holds] == []
    assert proof.complete
    assert proof.longest > 0
    assert proof.configurations > 100


@pytest.mark.parametrize(
    ("id_", "changes"),
    [
        ("window", {"near.yaml": ("force is window", "force is given")}),
        ("consent", {"near.yaml": ("consent and force", "force"),
                     "talk.yaml": ("set: {consent: yes}, ", "")}),
        ("lock", {"near.yaml": (" and not locked", "")}),
        ("no-tap", {"near.yaml": ("only: {when: consent and force is window and not locked,",
                                  "only: {when: consent,")}),
        ("rounds-apart", {"near.yaml": ONCE_MORE}),
        ("help-in-one", {"flows.yaml": ("    card: help\n", "")}),
        ("end-in-two", {"quit.yaml": (ENDS, ASKS)}),
        ("ending-reachable", {"quit.yaml": (ENDS, ASKS),
                              "flows.yaml": (", end: {label: End, go: talk.bye}", ""),
                              "talk.yaml": ("go: bye}}}\n    skip: bye", "go: again}}}\n    skip: again"),
                              "near.yaml": ("next: talk.bye", "next: near.more")}),
        ("no-loop", {"near.yaml": ("    say: We land.\n    set: {deep: no}\n    next: talk.bye",
                                   LOOPS)}),
        ("no-dead-end", {"near.yaml": ('no: {label: "No", go: landing}',
                                       'no: {label: "No", when: rounds < 1, go: landing}')}),
        ("re-asks-bounded", {"talk.yaml": ("    skip: bye", "    skip: again")}),
        ("all-reachable", {"near.yaml": ("when: rounds < 2", "when: rounds < 0")}),
        ("flows-return", {"rest.yaml": (
            "return: true}}}\n    skip: {return: true}",
            "when: consent, return: true}, on: {label: On, go: again}}}\n    skip: again")}),
        ("flows-return", {"rest.yaml": ("return: true}}}\n    skip: {return: true}",
                                        "go: talk.consent}}}\n    skip: talk.consent")}),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(
    id_: str, changes: dict[str, tuple[str, str]], faulty: Make
) -> None:
    """The property that a fault breaks doesn't hold."""
    proof = proved(faulty(changes), id_)
    (found,) = [one for one in proof.properties if one.id == id_]
    assert not found.holds
    assert found.why


@pytest.mark.parametrize(
    ("id_", "changes"),
    [
        ("window", {"near.yaml": ("force is window", "force is given")}),
        ("lock", {"near.yaml": (" and not locked", "")}),
        ("rounds-apart", {"near.yaml": ONCE_MORE}),
        ("no-tap", {"near.yaml": ("consent and force is window and not locked", "consent")}),
        ("rest-between", {"near.yaml": ("go: breath}, ", "go: breath}, now: {label: Now, go: space}, ")}),
        ("two-rounds", {"near.yaml": ("when: rounds < 2, ", "")}),
    ],
)  # fmt: skip
def test_a_counterexample_is_a_talk_that_plays(
    id_: str, changes: dict[str, tuple[str, str]], faulty: Make
) -> None:
    """What breaks a property is a `.chat` file, and the real guide plays it as written."""
    folder = faulty(changes)
    (found,) = [one for one in proved(folder, id_).properties if one.id == id_]
    assert found.counterexample is not None
    script = load_dialog(folder, SAFETY)
    result = play(read_chat(found.counterexample), script, Ear.load(PACKAGED))
    assert result.misses == ()


def test_a_name_that_only_a_translation_gets_wrong_is_found() -> None:
    """Lines are looked at in every language: what one of them shows has to be declared."""
    script = load_dialog(DATA / "walk", SAFETY)
    other = replace(script, lang="es", variables={})
    proof = prove(script, (), None, [other])
    (found,) = [one for one in proof.properties if one.id == "names-defined"]
    assert not found.holds
    assert "(es)" in found.why


def test_what_is_typed_for_danger_is_heard_so() -> None:
    """Counterexamples may say danger: our rules hear each of these as what it stands for."""
    ear = Ear.load(PACKAGED)
    for kind, text in SAID.items():
        risk = ear.hear(text).risk
        assert risk is not None
        assert (risk.category, risk.tier) == kind


@pytest.mark.parametrize(
    "text",
    [
        "- {id: a, says: b}",
        "- {id: a, says: b, never: {in: [x]}, most: {pass: [x], times: 1}}",
        "- {id: a, says: b, never: {on: [x]}}",
        "- {id: a}",
        "- [",
        "a: b",
    ],
)
def test_a_property_that_cant_be_read_is_refused(text: str, tmp_path: Path) -> None:
    """A wrong file of properties is told in one sentence that names what may stand there."""
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "some.yaml").write_text(text)
    with pytest.raises(ConfigError):
        read_wanted(tmp_path)


def test_several_at_once_prove_the_same() -> None:
    """Processes change how long it takes, and nothing else."""
    alone, together = (
        prove(load_dialog(DATA / "proving", SAFETY), read_wanted(DATA / "proving"), processes=many)
        for many in (1, 3)
    )
    assert together == alone
