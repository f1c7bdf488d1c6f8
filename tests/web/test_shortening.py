"""Names that a script keeps to itself become short; whatever else could be meant stays."""

import re

import pytest

from web.assets import ALONE, lean, scripts
from web.pages import HERE
from web.shortening import shortened


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const time=1;say(time);", "const a=1;say(a);"),
        ("let one=1,two=one;", "let a=1,b=a;"),
        ("const long=(first,second=1)=>first+second;", "const c=(a,b=1)=>a+b;"),
        ("const double=number=>number*2;", "const b=a=>a*2;"),
        ("function greet(who,...more){return who+more}", "function c(b,...a){return b+a}"),
        ("class Talk{};new Talk", "class a{};new a"),
        ("if(ready){go(ready)}", "if(ready){go(ready)}"),
        ("const text=1;it.text=text;", "const text=1;it.text=text;"),
        ("const text=1;it?.text;", "const text=1;it?.text;"),
        ("const text=1;tell({text});", "const text=1;tell({text});"),
        ("const{size,...rest}=box;size(rest);", "const{size,...rest}=box;size(rest);"),
        ("const kind=1;tell({a:kind,kind:2});", "const kind=1;tell({a:kind,kind:2});"),
        ("const on=1;tell({b:on});", "const a=1;tell({b:a});"),
        ("const open=1;open();", "const open=1;open();"),
        ("const time=1;say('time',\"time\",/time/);", "const a=1;say('time',\"time\",/time/);"),
        ("const now=1;say(`now ${now} ${`${now}`}`);", "const a=1;say(`now ${a} ${`${a}`}`);"),
        ("const time=1;say(`${say({n:time})}:time`);", "const a=1;say(`${say({n:a})}:time`);"),
        ("const a=1,time=2;b(a,time);", "const a=1,c=2;b(a,c);"),
        ("class It{node=1;f(){return this.node}}", "class a{node=1;f(){return this.node}}"),
        ("const wait=time?time:time=>1;", "const b=a?a:a=>1;"),
    ],
)
def test_only_own_names_change(code: str, expected: str) -> None:
    """Variables, functions, classes and parameters; no property, key, text or browser's name."""
    assert shortened([code])[1] == [expected]


def test_scripts_that_share_names_keep_sharing_them() -> None:
    """What one exports, the other finds under the same short name."""
    short, codes = shortened(["const time=1;", "say(time);const other=2;"])
    assert codes == [f"const {short['time']}=1;", f"say({short['time']});const {short['other']}=2;"]


def test_of_the_shipped_scripts_only_names_change() -> None:
    """All else stays sign for sign, and two names never become one."""
    names = re.compile(r"(?<![#\w$])[A-Za-z_$][\w$]*")
    served = scripts(HERE / "static")
    for name in ALONE:
        before = lean((HERE / "static" / f"{name}.js").read_text(encoding="utf-8"))
        after = served[f"{name}.js"].strip()
        assert names.sub("", before) == names.sub("", after)
        pairs = set(zip(names.findall(before), names.findall(after), strict=True))
        changed = {long: short for long, short in pairs if long != short}
        assert changed
        assert len(set(changed.values())) == len(changed)
        assert not set(changed.values()) & {long for long, short in pairs if long == short}
