"""A site's own file: what it may say is shown, what it may narrow is narrower, nothing is weakened."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import ConfigError
from bot.loader import load_bundle
from bot.script import Script
from tests.conftest import Talk
from web.app import init_app
from web.config import read_config
from web.shelf import read_library
from web.store.memory import MemoryStore
from web.stricter import narrowed, weaker

ROOT = Path(__file__).parents[2]
SERVED = ROOT / "tests" / "data" / "served"
OURS = {"low": (0, 2), "window": (3, 6), "high": (7, 8), "over": (9, 10)}
GOOD = """
name: Harbour <Clinic>
address: 1 Quay Street, Exampletown
imprint: https://harbour.example/about
privacy: privacy@harbour.example
embed_on: [https://harbour.example]
help:
  ZZ: {name: Harbour crisis team, call: 0800 1234, hours: 9 to 5, seen: 2026-10-01}
"""


def write(folder: Path, text: str) -> Path:
    """Write a site's file."""
    file = folder / "site.yaml"
    file.write_text(text)
    return file


async def get(site: Path, path: str) -> tuple[str, str]:
    """Serve with a site's file; give a page and its content policy."""
    config = read_config(store="memory:", dialogs=str(SERVED), site=str(site))
    app = init_app(config, MemoryStore(), read_library(config.dialogs, config.site))
    async with TestClient(TestServer(app)) as http:
        reply = await http.get(path)
        return await reply.text(), reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/chat", "/embed", "/help"])
async def test_who_runs_it_is_said_where_people_look(tmp_path: Path, path: str) -> None:
    """With a way to ask about what is kept; signs that mean something to HTML mean nothing here."""
    text, policy = await get(write(tmp_path, GOOD), path)
    assert "Harbour &lt;Clinic&gt;" in text
    assert "1 Quay Street, Exampletown" in text
    assert 'href="https://harbour.example/about"' in text
    assert 'href="mailto:privacy@harbour.example"' in text
    assert ("frame-ancestors 'self' https://harbour.example" in policy) == (path == "/embed")


async def test_without_a_file_nothing_is_claimed(tmp_path: Path) -> None:
    """No empty heading stands there."""
    config = read_config(store="memory:", dialogs=str(SERVED))
    app = init_app(config, MemoryStore(), read_library(config.dialogs))
    async with TestClient(TestServer(app)) as http:
        for path in ("/", "/chat", "/help"):
            assert "Who runs this" not in await (await http.get(path)).text()


def test_an_own_line_stands_first_and_takes_nothing_away(tmp_path: Path) -> None:
    """The emergency number and the country's own line stay; the site answers for its own."""
    ours = read_library(SERVED).scripts["little"].help.card("ZZ")
    script = read_library(SERVED, write(tmp_path, GOOD)).scripts["little"]
    card = script.help.card("ZZ")
    assert card.emergency == ours.emergency
    assert [line.name for line in card.lines] == ["Harbour crisis team", "The Test Line"]
    own = card.lines[0]
    assert (own.call, own.text, own.chat) == ("0800 1234", None, None)
    assert card.lines[0].confirmed
    assert card.lines[1] == ours.lines[0]
    assert script.help.card("XX") == read_library(SERVED).scripts["little"].help.card("XX")


def test_numbers_keep_every_digit_in_all_countries() -> None:
    """Adding one line rewrites no other: all shipped cards stay what they were."""
    from bot.helplines import HelpLines
    from web.stricter import with_lines

    library = ROOT / "dialogs" / "safety"
    from bot.bundle import read_folder

    safety = read_folder(library)
    own = {"name": "Own", "seen": "2026-10-01", "call": "0007"}
    ours = HelpLines.read(safety.files["helplines.yaml"])
    theirs = HelpLines.read(with_lines(safety, {"GB": own}).files["helplines.yaml"])
    for category in (None, "suicide", "medical", "minor"):
        for region in ours.regions:
            if region.id != "GB":
                assert theirs.card(region.id, category) == ours.card(region.id, category)
    assert theirs.card("GB").lines[0].call == "0007"
    assert theirs.card("GB", "medical") == ours.card("GB", "medical")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("address: x", ":1:1: it doesn't say who runs this"),
        ("name: [a]", ":1:7: “name” can't be ''"),
        (f"name: {'x' * 81}", ":1:7: “name” has 81 signs; 80 are the most"),
        ("name: a\ncolour: red", ":2:1: a site's file has no “colour”"),
        ("name: a\nimprint: http://a.example", ":2:10: “imprint” can't be"),
        ("name: a\nimprint: 'javascript:alert(1)'", ":2:10: “imprint” can't be"),
        ("name: a\nprivacy: call us", ":2:10: “privacy” can't be"),
        ("name: a\nprivacy: a@b.example?bcc=c@d.example", ":2:10: “privacy” can't be"),
        ("name: a\nembed_on: https://a.example", ":2:11: “embed_on” is a list"),
        ("name: a\nembed_on: [https://*.example]", ":2:12: 'https://*.example' isn't an origin"),
        ("name: a\nbands: {nothing: {low: [0, 10]}}", ":2:18: no dialogue has bands of “nothing”"),
        ("name: a\nhelp:\n  QQ: {name: b, call: '1', seen: 2026-01-01}", ":3:7: no help lines are kept"),
        ("name: a\nhelp:\n  ZZ: {name: b, seen: 2026-01-01}", ":3:7: no way to reach it"),
        ("name: a\nhelp:\n  ZZ: {name: b, call: '1'}", ":3:7: the help line has no “seen”"),
        ("name: a\nhelp:\n  ZZ: {name: b, call: +44 1, seen: 2026-01-01}", ":3:23: “call” can't be '+44 1'"),
        ("name: a\nhelp:\n  ZZ: {name: b, call: '1', seen: May}", "“seen” can't be 'May'"),
        ("name: a\nhelp:\n  ZZ: {name: b, chat: https://a.example, seen: 2026-01-01}", "“chat” can't be"),
        ("name: a\nhelp:\n  ZZ: {emergency: ['1'], name: b, call: '1', seen: 2026-01-01}", ":3:8: a help line has no “emergency”"),
        ("name: 'a", "the file can't be read"),
        ("just words", ":1:1: a site's file has names and values"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    """File, line, column, and what to write; nothing is served with half a file."""
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        read_library(SERVED, file)
    assert f"{file}:" in str(error.value)
    assert said in str(error.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """One line each, in the order of the file."""
    with pytest.raises(ConfigError) as error:
        read_library(SERVED, write(tmp_path, "privacy: x\nimprint: y\ncolour: z"))
    assert len(str(error.value).splitlines()) == 5


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(ConfigError, match=r"site\.yaml can't be read"):
        read_library(SERVED, tmp_path / "site.yaml")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"low": (0, 2), "window": (3, 5), "high": (6, 8), "over": (9, 10)}, ""),
        ({"low": (0, 3), "window": (4, 4), "high": (5, 6), "over": (7, 10)}, ""),
        (OURS, ""),
        ({"low": (0, 2), "window": (3, 7), "high": (8, 8), "over": (9, 10)}, "7 would come into"),
        ({"low": (0, 1), "window": (2, 6), "high": (7, 8), "over": (9, 10)}, "2 would come into"),
        ({"low": (0, 2), "window": (3, 6), "high": (7, 9), "over": (10, 10)}, "9 would count as"),
        ({"low": (0, 2), "window": (3, 5), "high": (7, 8), "over": (9, 10)}, "each number"),
        ({"low": (0, 3), "window": (3, 6), "high": (7, 8), "over": (9, 10)}, "each number"),
        ({"low": (0, 2), "window": (3, 10)}, "the bands are"),
        ({"window": (3, 6), "low": (0, 2), "high": (7, 8), "over": (9, 10)}, "the bands are"),
    ],
)
def test_bands_become_stricter_or_are_refused(given: dict[str, tuple[int, int]], why: str) -> None:
    """Nothing comes into the window, and nothing counts as less than it did."""
    assert weaker(OURS, given).startswith(why)
    assert bool(weaker(OURS, given)) == bool(why)


def test_a_weaker_site_is_not_served(tmp_path: Path) -> None:
    """The shipped dialogue with a wider window: refused, with the place."""
    file = write(
        tmp_path,
        "name: a\nbands:\n  distress: {low: [0, 2], window: [3, 7], high: [8, 8], over: [9, 10]}\n",
    )
    with pytest.raises(ConfigError, match=r"site\.yaml:3:13: 7 would come into the window"):
        read_library(ROOT / "dialogs", file)


def test_a_stricter_site_is_stricter_and_another_version(walk: Script) -> None:
    """With the window up to 5, a 6 isn't in it any more, and the digest tells the two apart."""
    from bot.bundle import read_folder

    bundle, safety = (
        read_folder(ROOT / "tests" / "data" / name) for name in ("walk", "walk_safety")
    )
    (name,) = walk.bands
    ours = walk.bands[name]
    low, high = ours["window"]
    names = list(ours)
    above = names[names.index("window") + 1]
    given = {**ours, "window": (low, high - 1), above: (high, ours[above][1])}
    assert weaker(ours, given) == ""
    narrow = load_bundle(narrowed(bundle, {name: given}), safety)
    assert narrow.digest != walk.digest
    assert narrow.bands[name] == given
    assert Talk(narrow).begin().reply == Talk(walk).begin().reply
