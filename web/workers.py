"""Several processes that serve on one port: started, started again when one dies, and stopped."""

import os
import select
import signal
import sys
from collections.abc import Callable
from typing import TypeAlias

Work: TypeAlias = Callable[[Callable[[], None]], None]

LOOK_S = 0.05
"""Seconds between looks for a process that died while others still start."""
MAX_DEATHS = 20
"""Processes that are replaced; more deaths than that are no accident."""


class Workers:
    """Runs the same work in several processes.

    Args:
        count: processes at a time.
        work: serves until SIGTERM; calls what it is given once it is ready.
    """

    def __init__(self, count: int, work: Work) -> None:
        self._count, self._work = count, work
        self._running: set[int] = set()
        self._deaths = 0
        self._is_stopping = False
        self._ready, self._tell = os.pipe()

    def run(self, announce: Callable[[], None]) -> int:
        """Serve until SIGTERM or Ctrl-C; give the exit code.

        Args:
            announce: called once all are ready.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        signal.signal(signal.SIGHUP, lambda *_: self._tell_all(signal.SIGHUP))
        for _ in range(self._count):
            self._start()
        code = self._started()
        if code is None:
            announce()
            code = self._watched()
        return code

    def _start(self) -> None:
        pid = os.fork()
        if pid:
            self._running.add(pid)
            return
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it can read the dialogues anew
            self._work(self._say_ready)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # the rest of this program is the parent's

    def _say_ready(self) -> None:
        os.write(self._tell, b".")

    def _started(self) -> int | None:
        """Wait until all are ready; the exit code when one gave up before."""
        missing = self._count
        while missing and self._running:
            if select.select([self._ready], [], [], LOOK_S)[0]:
                missing -= len(os.read(self._ready, self._count))
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid:
                self._running.discard(pid)
                self._stop()
                self._watched()
                return os.waitstatus_to_exitcode(status)
        return None

    def _watched(self) -> int:
        """Wait until all are gone; replace those that die unasked."""
        while self._running:
            pid, _ = os.wait()
            self._running.discard(pid)
            if not self._is_stopping:
                self._deaths += 1
                if self._deaths > MAX_DEATHS:
                    self._stop()
                else:
                    self._start()
        return int(self._deaths > MAX_DEATHS)

    def _stop(self) -> None:
        self._is_stopping = True
        self._tell_all(signal.SIGTERM)

    def _tell_all(self, number: int) -> None:
        for pid in self._running:
            os.kill(pid, number)
