"""Ends: a server that is stopped while people talk, and a talk that is forgotten."""

import asyncio
import json
import signal
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter

from tests.bench.figures import Figure
from tests.bench.line import Line, Refused, body
from tests.bench.serving import makeroom
from tests.bench.tape import Frame, acts, recorded
from tests.bench.turns import TURNS, talking
from web.vault import Vault

SOCKETS, RUNNING = 1_000, 100


async def stopping(options: tuple[str, ...]) -> list[Figure]:
    """Stop a server with a thousand people connected, a hundred of them in the middle of a turn."""
    with tempfile.TemporaryDirectory() as folder:
        with makeroom(*options, data=Path(folder)) as server:
            tape = await recorded(server.port, typed=False, turns=1)
            lines = await talking(server.port, SOCKETS)
            tokens = [json.loads(body(line.last))["token"] for line in lines]
            acked = set[str]()
            for number in range(RUNNING):
                heard = partial(_note, acked, tokens[number])
                lines[number].tell(acts(tape, f"last{number:07d}")[0], heard)
            started = perf_counter()
            server.process.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(server.process.wait, 30)
            seconds = perf_counter() - started
        with makeroom(*options, data=Path(folder)) as server:
            lost = [token for token in acked if await _head(server.port, token) < 3]
    says = f"SIGTERM with {SOCKETS:,} sockets and {RUNNING} running turns: "
    return [
        Figure(f"{says}ended after", seconds, 3, "s"),
        Figure(f"{says}exit code", code, 0),
        Figure(f"{says}lost of {len(acked)} acknowledged", len(lost), 0),
    ]


def _note(acked: set[str], token: str, frame: bytes) -> None:
    if b'"t":"ack"' in frame:
        acked.add(token)


async def _head(port: int, token: str) -> int:
    line = await Line.open(port)
    welcome = await line.ask(json.dumps({"t": "hello", "v": 1, "token": token, "have": 0}).encode())
    line.close()
    head: int = welcome.get("head", 0)
    return head


async def forgetting(options: tuple[str, ...]) -> list[Figure]:
    """Forget a talk, and look for it in every file and at the door."""
    with tempfile.TemporaryDirectory() as folder, makeroom(*options, data=Path(folder)) as server:
        tape = await recorded(server.port, typed=True, turns=TURNS)
        worst = max([await _forgotten(server.port, tape, Path(folder)) for _ in range(5)])
    return [Figure("forget, to the proof in every file and at the door", worst, 1, "s")]


async def _forgotten(port: int, tape: list[Frame], folder: Path) -> float:
    line = await Line.open(port)
    token = (await line.ask(b'{"t":"hello","v":1}'))["token"]
    await line.play(acts(tape, f"gone{token[:7]}".replace("-", "_")), 3)
    lookup = Vault(token).lookup
    assert _holds(folder, lookup)
    started = perf_counter()
    gone = await line.ask(b'{"t":"forget","cid":"forget-0000000000001"}')
    assert gone["t"] == "gone", gone
    assert not _holds(folder, lookup)
    again = await Line.open(port)
    try:
        answer = await again.ask(json.dumps({"t": "hello", "v": 1, "token": token}).encode())
        assert answer["t"] == "bye", answer
    except Refused:
        pass
    return perf_counter() - started


def _holds(folder: Path, word: bytes) -> bool:
    return any(word in file.read_bytes() for file in folder.iterdir())
