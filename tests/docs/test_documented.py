"""Whatever can be set, sent, asked, found or counted stands in the pages."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from bot.values import Answer, Ask, AskKind, Card, HelpLine, Reply
from docs import build
from tests.docs.blocks import ROOT
from web import closing, wire
from web.app import init_app
from web.checkup import database, doors, machine, postgres, scripts, sites, verdict
from web.cli import COMMANDS
from web.closing import Closing
from web.config import Config
from web.limits import RATES
from web.metrics import METRICS
from web.pages import CONTENTS
from web.shelf import read_library
from web.socket import HARMLESS
from web.store.memory import MemoryStore
from web.talk import URGENT

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
CODES = {
    name
    for file in (ROOT / "web").rglob("*.py")
    for name in re.findall(
        r'(?:FrameRefused\(\s*|_apologise\(\s*|code=)"([a-z_]+)"', file.read_text(encoding="utf-8")
    )
}


def section(page: str, heading: str) -> str:
    """Give what stands under a heading."""
    return page.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


def first_column(text: str) -> list[str]:
    """Give the code in the first column of a table."""
    return re.findall(r"^\| `([^`]+)` ", text, re.MULTILINE)


@pytest.mark.parametrize("name", build.PAGES)
def test_tables_are_what_the_code_says(name: str) -> None:
    """`python -m docs.build --refresh` would change nothing."""
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert text == build.refreshed(text), "run `python -m docs.build --refresh`"


def test_every_page_is_in_the_menu() -> None:
    """A page that no menu names is found by nobody; one that isn't there leads nowhere."""
    assert set(build.PAGES) == {file.stem for file in (ROOT / "docs").glob("*.md")}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_described(command: str) -> None:
    """With a sentence of its own."""
    assert f"## `makeroom {command}`" in SETTINGS
    for option, *_, does in build._options(command):
        assert option in SETTINGS.replace(r"\|", "|")
        assert len(does) > 5, option


def test_every_frame_is_described() -> None:
    """From the client: kinds and all their fields. From the server: kinds."""
    sent = section(PROTOCOL, "From the client")
    assert set(first_column(sent)) == set(wire._KINDS)
    for kind, fields in wire._KINDS.items():
        for field in fields.__struct_encode_fields__:
            assert re.search(rf"`{field}[?:`]", sent), f"{kind}.{field}"
    answered = {
        node.value
        for node in ast.walk(ast.parse(Path(wire.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    described = set(first_column(section(PROTOCOL, "From the server")))
    assert described - {"event"} <= answered
    builders = {"ack", "refusal", "welcome", "event", "events", "gone", "bye", "pong"}
    assert described == {"error" if name == "refusal" else name for name in builders}
    public = {
        node.name
        for node in ast.parse(Path(wire.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert public == builders | {"parse"}


def test_every_code_is_described() -> None:
    """No refusal without a row that says what to do about it, and no row without a refusal."""
    assert set(first_column(section(PROTOCOL, "Codes of `error`"))) == CODES
    assert CODES >= HARMLESS


def test_every_close_is_described() -> None:
    """With its number and its name."""
    ours = {(c.code, c.name) for c in vars(closing).values() if isinstance(c, Closing)}
    rows = re.findall(
        r"^\| (\d{4}) \| `(\w+)`", section(PROTOCOL, "Codes of closing"), re.MULTILINE
    )
    assert {(int(number), name) for number, name in rows} == ours


def test_every_kind_of_ask_and_all_its_fields_are_described() -> None:
    """And every kind of answer."""
    asked = section(PROTOCOL, "What is asked: `ask.kind`")
    assert first_column(asked) == list(get_args(AskKind))
    for field in (*Ask.__struct_fields__, *Answer.__struct_fields__):
        if field not in ("kind", "optional"):
            assert f"`{field}`" in asked, field


def test_every_field_of_an_event_is_described() -> None:
    """Of the guide's turn and of a card."""
    events = section(PROTOCOL, "Events")
    for kind in (Reply, Card, HelpLine):
        for field in kind.__struct_fields__:
            assert re.search(rf"`{field}[`:]", events), field


def test_the_rates_are_those_of_the_code() -> None:
    """What the page says about how often is what is enforced."""
    said = section(PROTOCOL, "How often")
    for ruled, rate in RATES.items():
        long_run = "one every two seconds" if ruled == "guess" else f"{rate.per_s:g} a second"
        assert re.search(rf"{rate.burst:g} [\w ]+at\s+once and {long_run}", said), ruled


def test_every_step_is_described() -> None:
    """And those that are urgent are among them."""
    row = next(line for line in PROTOCOL.splitlines() if line.startswith("| `step`"))
    assert set(get_args(wire.StepKind)) <= set(re.findall(r"`(\w+)`", row))
    assert set(get_args(wire.StepKind)) >= URGENT


def test_every_address_is_described() -> None:
    """Whatever the server answers to stands in the table, and nothing else does."""
    config = Config(data=Path(), store="memory:", dialogs=ROOT / "tests" / "data" / "served")
    app = init_app(config, MemoryStore(), read_library(config.dialogs))
    routes = {it.canonical for it in app.router.resources()} - {"/{path}"}
    described = set(first_column(section(SETTINGS, "Addresses")))
    assert described == routes | {path for path, _ in CONTENTS} | {"/makeroom.js", "/static/…"}


def test_every_finding_is_described() -> None:
    """Each code that the program can give has its page, and each page its code."""
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^#+ (MR\d{3})", page, re.MULTILINE))
    given = {
        code
        for file in (ROOT / "bot").rglob("*.py")
        for code in re.findall(r'"(MR\d{3})"', file.read_text(encoding="utf-8"))
    }
    assert given <= described


def test_every_metric_is_described() -> None:
    """And each says what it counts."""
    assert set(first_column(section(OPERATE, "Metrics"))) == set(METRICS)


def test_every_topic_of_the_doctor_is_described() -> None:
    """What a program reads as `topic` stands in the table."""
    found = {
        match
        for module in (database, doors, machine, postgres, scripts, sites, verdict)
        for match in re.findall(
            r'(?:Verdict|good)\(\s*"([a-z_]+)"', Path(module.__file__).read_text(encoding="utf-8")
        )
    }
    described = first_column(section(OPERATE, "Before anybody comes"))
    assert set(described) == found
