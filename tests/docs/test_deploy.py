"""The files in `docs/operate`: read as their programs read them, and fitting what we serve."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from tests.docs.blocks import ROOT
from web.access import Access, read_network
from web.hub import DRAIN_S
from web.pulse import PING_S

FOLDER = ROOT / "docs" / "operate"
Directive = tuple[str, list[str], list[Any]]


# ------------------------------------------------------------------ nginx


def nginx(text: str) -> list[Directive]:
    """Read nginx's grammar: a directive ends with `;` or holds others in braces."""
    tokens = re.findall(r'"[^"]*"|[{};]|[^\s{};]+', re.sub(r"#[^\n]*", "", text))
    stack: list[list[Directive]] = [[]]
    words: list[str] = []
    for token in tokens:
        if token == "}":
            assert not words
            stack.pop()
        elif token in ";{":
            assert words
            inner: list[Directive] = []
            stack[-1].append((words[0], [word.strip('"') for word in words[1:]], inner))
            words = []
            if token == "{":
                stack.append(inner)
        else:
            words.append(token)
    assert len(stack) == 1
    assert not words
    return stack[0]


SERVER = nginx((FOLDER / "nginx.conf").read_text())[1][2]
PLAIN = nginx((FOLDER / "nginx.conf").read_text())[0][2]


def place(name: str) -> list[Directive]:
    """Give what stands in a location."""
    return next(inner for kind, words, inner in SERVER if kind == "location" and words[-1] == name)


def passed_on(name: str) -> dict[str, str]:
    """Give the headers that reach us; those of a location replace all of the server's."""
    own = [words for kind, words, _ in place(name) if kind == "proxy_set_header"]
    return dict(own or [words for kind, words, _ in SERVER if kind == "proxy_set_header"])


@pytest.mark.parametrize("name", ["/ws", "/"])
def test_behind_nginx_our_own_page_may_and_addresses_are_told_apart(name: str) -> None:
    """The headers of the example make the page's origin ours, and the visitor's address theirs."""
    values = {"$http_host": "talk.example.org", "$remote_addr": "203.0.113.7", "$scheme": "https"}
    headers = {key: values.get(value, value) for key, value in passed_on(name).items()}
    headers["Origin"] = "https://talk.example.org"
    request = make_mocked_request("GET", name, headers=CIMultiDict(headers))
    access = Access([read_network("127.0.0.1")])
    request = request.clone(remote="127.0.0.1")
    assert access.is_same_origin(request)
    assert access.address(request) == "203.0.113.7"
    assert not access.may_measure(request)


def test_nginx_holds_the_socket_open_and_the_metrics_shut() -> None:
    """It upgrades, waits longer than our pings, keeps no log of visitors, hides the metrics."""
    socket = {kind: words for kind, words, _ in place("/ws")}
    assert socket["proxy_pass"] == ["http://127.0.0.1:8080"]
    assert float(socket["proxy_read_timeout"][0].rstrip("s")) > 2 * PING_S
    assert passed_on("/ws")["Upgrade"] == "$http_upgrade"
    assert ("return", ["404"], []) in place("/metrics")
    assert ("access_log", ["off"], []) in SERVER


def test_plain_http_only_leads_to_https() -> None:
    """At once, to the same host and page: the Observatory calls it `redirection-to-https`."""
    assert ("return", ["301", "https://$host$request_uri"], []) in PLAIN
    assert ("access_log", ["off"], []) in PLAIN
    assert not [kind for kind, _, _ in PLAIN if kind == "location"]


@pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    """`nginx -t`, without the certificates that only a real site has."""
    text = re.sub(r".*ssl_cert.*\n", "", (FOLDER / "nginx.conf").read_text())
    text = text.replace("listen 443 ssl", "listen 127.0.0.1:18443")
    text = text.replace("listen 80", "listen 127.0.0.1:18080")
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {text} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    command = ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_caddy_hides_the_metrics_and_leads_to_us() -> None:
    """Blocks are closed, the metrics answered before the proxy, and no log is written."""
    text = re.sub(r"#.*", "", (FOLDER / "Caddyfile").read_text())
    assert text.count("{") == text.count("}") == 1
    lines = [line.split() for line in text.splitlines() if line.strip()]
    assert lines[0] == ["talk.example.org", "{"]
    assert ["respond", "/metrics", "404"] in lines
    assert ["reverse_proxy", "127.0.0.1:8080"] in lines
    assert not [line for line in lines if line[0] == "log"]


# ------------------------------------------------------------------ systemd and containers

UNIT = (FOLDER / "makeroom.service").read_text()


def test_the_unit_gives_talks_time_to_finish() -> None:
    """Systemd kills later than we drain, and nothing else than our own folder can be written."""
    settings = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))
    assert float(settings["TimeoutStopSec"]) > DRAIN_S + 3
    assert settings["DynamicUser"] == "yes"
    assert settings["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in settings
    assert f"MAKEROOM_DATA=/var/lib/{settings['StateDirectory']}" in UNIT


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_takes_the_unit_and_finds_little_to_attack(tmp_path: Path) -> None:
    """`systemd-analyze verify` is silent, and its exposure level is at most 1.5 of 10."""
    unit = tmp_path / "makeroom.service"
    unit.write_text(UNIT.replace("/opt/makeroom/bin/makeroom", sys.executable))
    home = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:", "LC_ALL": "C"}

    def analyze(*words: str) -> str:
        done = subprocess.run(
            ["systemd-analyze", *words], capture_output=True, text=True, env=home, check=False
        )
        return done.stdout + done.stderr

    said = analyze("verify", str(unit))
    assert not [line for line in said.splitlines() if "makeroom.service" in line], said
    level = re.search(
        r"exposure level for makeroom.service: ([\d.]+)",
        analyze("security", "--offline=true", str(unit)),
    )
    if level is not None:  # older systemd knows no --offline
        assert float(level[1]) <= 1.5


def test_the_container_is_nobody_and_writes_only_its_data() -> None:
    """A numbered user, a pinned base, a check that asks for readiness."""
    text = (FOLDER / "Containerfile").read_text()
    lines = [line for line in text.replace("\\\n", "").splitlines() if line[:1].isupper()]
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(re.search(r":\d", base) for base in bases)
    assert "USER 10001:10001" in lines
    assert lines.index("USER 10001:10001") < lines.index('CMD ["serve"]')
    assert "/readyz" in next(line for line in lines if line.startswith("HEALTHCHECK"))
    shown = (ROOT / "docs" / "operate.md").read_text()
    assert "--read-only --cap-drop=all --security-opt=no-new-privileges" in shown
