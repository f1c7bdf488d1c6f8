"""A PostgreSQL of our own: started once for a test run in a folder that goes away."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

PORT = 5432  # of the socket's name only: it listens in its folder, on no network


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Postgres]":
    """A running server for all tests; each makes its own database in it."""
    server = Postgres()
    server.start()
    yield server
    server.remove()


class Postgres:
    """A server process, and databases in it."""

    def __init__(self) -> None:
        self._programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="makeroom-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run(
            "initdb",
            "-D",
            "data",
            "-A",
            "trust",
            "-U",
            "makeroom",
            "-E",
            "UTF8",
            "-N",
            "--locale=C",
        )

    def start(self) -> None:
        """Start, and return when it answers."""
        command = (
            "-D",
            "data",
            "-k",
            str(self.folder),
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        )
        self._process = subprocess.Popen(
            [*self._as_owner(), str(self._programs / "postgres"), *command],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            if self._sql("postgres", "SELECT 1") == 0:
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL didn't start")

    def stop(self, number: int = signal.SIGINT) -> None:
        """End it: SIGINT cuts all connections, SIGQUIT leaves it as a crash would."""
        if self._process is not None:
            pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, number)
            self._process.wait(20)
            self._process = None

    def new(self) -> str:
        """Make a database; give its URL."""
        self._number += 1
        name = f"t{self._number}"
        assert self._sql("postgres", f"CREATE DATABASE {name}") == 0
        return f"postgresql://makeroom@/{name}?host={self.folder}&port={PORT}"

    def dump(self, url: str, file: Path) -> int:
        """Copy a database into a file with `pg_dump`; give the exit code."""
        return self._tool("pg_dump", "--format=custom", f"--file={file}", f"--dbname={url}")

    def restore(self, url: str, file: Path) -> int:
        """Fill an empty database from a copy with `pg_restore`; give the exit code."""
        options = ("--exit-on-error", "--single-transaction")
        return self._tool("pg_restore", *options, f"--dbname={url}", str(file))

    def _tool(self, name: str, *options: str) -> int:
        command = [str(self._programs / name), *options]
        return subprocess.run(command, capture_output=True, check=False).returncode

    def cut(self) -> None:
        """Cut all connections of all clients."""
        self._sql(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'",
        )

    @contextmanager
    def frozen(self, pids: list[int] | None = None) -> Iterator[None]:
        """Let it take what is sent and answer nothing, as a machine that hangs or a line that died
        silently; some of its processes, or all."""  # noqa: D205, D209
        if pids is None:
            pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
            pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def remove(self) -> None:
        """Stop it and remove everything."""
        self.stop()
        shutil.rmtree(self.folder)

    def _sql(self, database: str, command: str) -> int:
        psql = (str(self._programs / "psql"), "-qAt", "-h", str(self.folder), "-U", "makeroom")
        return subprocess.run(
            [*psql, "-d", database, "-c", command], capture_output=True, check=False
        ).returncode

    def _run(self, program: str, *options: str) -> None:
        subprocess.run(
            [*self._as_owner(), str(self._programs / program), *options],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    @staticmethod
    def _as_owner() -> list[str]:
        """PostgreSQL doesn't run as root."""
        return (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            if os.geteuid() == 0
            else []
        )


def _programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert versions, "PostgreSQL isn't installed; tests/run installs it"
    return versions[-1].parent
