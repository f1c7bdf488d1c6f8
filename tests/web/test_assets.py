"""What browsers load is made of the readable sources, without a build and without surprises."""

import gzip
import re
from pathlib import Path

import pytest

from web.assets import compressed, joined, lean, made, page, style
from web.words import tongues

WEB = Path(__file__).parent.parent.parent / "web"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const a = 1;  // why\n", "const a=1;"),
        ("/** @type {x} */\nlet b;", "let b;"),
        ('say("https://x.org  // y");', 'say("https://x.org  // y");'),
        ("const c = `a  ${b}  /* c */`;", "const c=`a  ${b}  /* c */`;"),
        (r'const d = f(/["\/]  x/g, "y");', r'const d=f(/["\/]  x/g,"y");'),
        ("a = b && /x\\/  y/.test(z)", "a=b&&/x\\/  y/.test(z)"),
        ("a = b / c / d;", "a=b/c/d;"),
        ("a + +b; c - -d; e + f", "a+ +b;c- -d;e+f"),
        ("return x\nlet y", "return x\nlet y"),
        ("}\nlet z", "}let z"),
        ("for (;;) { a(); b(); }", "for(;;){a();b()}"),
        (
            "class A { #b = 1; get c() { return this.#b; } }",
            "class A{#a=1;get c(){return this.#a}}",
        ),
        ("class A { #c = '#c'; #d = this.#c; }", "class A{#a='#c';#b=this.#a}"),
        ("if (a) return b; else return c;", "if(a)return b;else return c;"),
        ("const f = async () => {};", "const f=async()=>{};"),
        ("export const a = { ...b };", "export const a={...b};"),
        ("x = 'it\\'s  //';", "x='it\\'s  //';"),
        ("const p = 60_000;   // ms", "const p=60_000;"),
    ],
)
def test_only_comments_and_empty_space_go(code: str, expected: str) -> None:
    """Texts, patterns and every space or line end that carries meaning stay; private names are short."""
    assert lean(code) == expected


def test_a_template_in_a_template_is_refused() -> None:
    """Its inner signs would be taken for code: better at the start than in a browser."""
    with pytest.raises(ValueError, match="A template in a template"):
        lean("a(`# ${b(`## ${c}`)}`);")


def test_modules_are_joined_once_in_order() -> None:
    """What is imported stands before what imports it, and only once."""
    sources = {
        "a": 'import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n',
        "b": 'import { c } from "./c.js";\nexport const b = (x) => c + x;\n',
        "c": "export const c = 1;\n",
    }
    whole = joined(sources, "a")
    assert whole.code == "const c=1;\nconst b=(x)=>c+x;\nb(c);"
    assert whole.modules == {"a", "b", "c"}


def test_two_modules_with_one_name_are_refused() -> None:
    """A second declaration would be a syntax error in every browser: better at the start."""
    sources = {"a": 'import { b } from "./b.js";\nconst LIMIT = 1;\n', "b": "const LIMIT = 2;\n"}
    with pytest.raises(ValueError, match=r"a\.js and b\.js both declare LIMIT"):
        joined(sources, "a")


def test_the_joined_files_hold_no_comment_and_no_open_place() -> None:
    """Every placeholder was filled, every import names a file that is made too."""
    files = made(WEB, tongues(WEB))
    sheets = {"chat.css", "demo.css", "insights.css", "page.css", "plain.css"}
    more = {f"more.{words.lang}.js" for words in tongues(WEB)}
    assert set(files) == {"chat.js", "framed.js", "makeroom.js", *more, *sheets}
    for name, text in files.items():
        assert "/*" not in text, name
        assert not re.search(r'"%\w+\.\w+%"', text), name
        assert not re.search(r"static/(?!code\.js)", text.replace("static/code.json", "")), name
    assert files["chat.js"].count("import") == files["chat.js"].count("import(") == 1
    assert files["more.en.js"].count('from"./chat.js"') == 1


def test_the_same_sources_make_the_same_bytes() -> None:
    """Tags and integrity hashes hold across restarts."""
    assert made(WEB, tongues(WEB)) == made(WEB, tongues(WEB))
    assert compressed(b"x" * 500) == compressed(b"x" * 500)
    assert gzip.decompress(compressed(b"x" * 500)) == b"x" * 500


def test_sheets_and_pages_lose_only_what_means_nothing(tmp_path: Path) -> None:
    """Combinators, units and texts stay."""
    (tmp_path / "a.css").write_text("/* why */\n.a > .b :focus { color: red; margin: 0 1px; }\n")
    assert style(tmp_path, ["a"]) == ".a > .b :focus{color:red;margin:0 1px}\n"
    assert page("<p>\n\n  <b>x  y</b></p>\n") == "<p>\n<b>x  y</b></p>\n"
