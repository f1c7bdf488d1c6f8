"""Makes the pages of `docs/` into a small site, and writes the tables in them from the code.

`python -m docs.build [FOLDER]` writes HTML into FOLDER (`docs/_site` without it), with nothing in
it that asks another server. `python -m docs.build --refresh` writes the tables between
`<!-- made: … -->` and `<!-- end -->` anew; a test fails when they aren't what they would be.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token

from web.cli import COMMANDS, makeroom
from web.metrics import METRICS

HERE = Path(__file__).parent
_ORDER = {
    "index": "Makeroom",
    "chat": "Chat",
    "embedding": "Embed",
    "write": "Write a dialogue",
    "translate": "Translate a dialogue",
    "develop": "Develop",
    "operate": "Operate",
    "insights": "Insights",
    "script-language": "Script language",
    "chat-files": ".chat files",
    "findings": "Findings",
    "settings": "Settings",
    "protocol": "Protocol",
    "page": "The pages",
    "hazards": "Hazards",
    "conditions": "Conditions",
    "asvs": "ASVS",
}
PAGES = _ORDER | {
    file.stem: file.read_text(encoding="utf-8").partition("\n")[0].strip("# ")
    for file in sorted(HERE.glob("*.md"))
    if file.stem not in _ORDER
}
"""The pages in the order of the site's menu, with the words there; others follow these."""
FENCES = {
    "Caddyfile": "caddy",
    "Containerfile": "dockerfile",
    "makeroom.service": "ini",
    "nginx.conf": "nginx",
}
_MADE = re.compile(r"(<!-- made: ([a-z]+) ?([\w.]*) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(text: str) -> str:
    """Write a page's tables from the code."""
    return _MADE.sub(lambda m: f"{m[1]}{table(m[2], m[3])}\n{m[4]}", text)


def table(kind: str, name: str) -> str:
    """Give one table as Markdown.

    Args:
        kind: `commands`, `settings`, `options` of a command, `metrics`, or `file`.
        name: which command, or which file in `operate/`.
    """
    if kind == "commands":
        rows = [(f"`makeroom {command}`", does) for command, does in COMMANDS.items()]
        return _table(("command", "what it does"), rows)
    if kind == "options":
        return _table(("option", "in the environment", "default", "what it does"), _options(name))
    if kind == "settings":
        return "\n\n".join(f"## `makeroom {it}`\n{table('options', it)}" for it in COMMANDS)
    if kind == "metrics":
        rows = [
            (f"`{metric}`", it.kind, f"`{it.label}`" if it.label else "", it.says)
            for metric, it in METRICS.items()
        ]
        return _table(("metric", "type", "label", "what it counts"), rows)
    if kind == "file":
        return f"```{FENCES[name]}\n{(HERE / 'operate' / name).read_text(encoding='utf-8')}```"
    raise KeyError(kind)


def _options(name: str) -> Iterator[tuple[str, ...]]:
    command = makeroom.get_command(click.Context(makeroom), name)
    if command is None:
        raise KeyError(name)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            written = " ".join(filter(None, (parameter.opts[0], _value(parameter))))
            default = parameter.default if parameter.show_default else ""
            yield (
                f"`{written}`",
                f"`{parameter.envvar}`" if parameter.envvar else "",
                f"`{default}`" if default not in ("", None, False) else "",
                (parameter.help or "") + (" May be given again." if parameter.multiple else ""),
            )
        else:
            yield f"`{parameter.make_metavar(click.Context(command))}`", "", "", "See its help."


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return "|".join(map(str, option.type.choices))
    return option.metavar or option.type.name.upper()


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    cells = [[it.replace("|", "\\|") for it in row] for row in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def markdown() -> MarkdownIt:
    """Give the reader of our pages: CommonMark with tables, and without HTML in it."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def page(name: str, text: str) -> str:
    """Give a page as HTML.

    Args:
        name: without its ending.
        text: its Markdown.
    """
    reader = markdown()
    tokens = reader.parse(re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL))
    for token in tokens:
        for child in token.children or ():
            _point(child)
    _anchor(tokens)
    environment = Environment(
        loader=FileSystemLoader(HERE / "site"), autoescape=True, undefined=StrictUndefined
    )
    body = reader.renderer.render(tokens, reader.options, {})
    template = environment.get_template("page.html")
    return template.render(title=PAGES[name], here=name, pages=PAGES, body=body)


def _point(token: Token) -> None:
    """Let links between our Markdown files lead to the pages made of them."""
    href = token.attrGet("href")
    if isinstance(href, str) and "://" not in href:
        token.attrSet("href", re.sub(r"\.md(?=$|#)", ".html", href))


def _anchor(tokens: list[Token]) -> None:
    """Give headings the ids that code hosts give them."""
    for opened, inline in pairwise(tokens):
        if opened.type == "heading_open":
            opened.attrSet("id", slug(inline.content))


def slug(heading: str) -> str:
    """Give a heading's id: lower case, hyphens for spaces, no other signs."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def build(out: Path) -> None:
    """Write the whole site into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        source = (HERE / f"{name}.md").read_text(encoding="utf-8")
        (out / f"{name}.html").write_text(page(name, source), encoding="utf-8")
    for folder in ("operate", "pictures"):
        if (HERE / folder).is_dir():
            shutil.copytree(HERE / folder, out / folder, dirs_exist_ok=True)
    shutil.copy(HERE / "site" / "page.css", out / "page.css")


def refresh() -> None:
    """Write the tables of all pages anew."""
    for name in PAGES:
        file = HERE / f"{name}.md"
        file.write_text(refreshed(file.read_text(encoding="utf-8")), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Do what was asked for."""
    if arguments == ["--refresh"]:
        refresh()
    else:
        build(Path(arguments[0]) if arguments else HERE / "_site")


if __name__ == "__main__":
    main(sys.argv[1:])
