"""The ends of the command line: a sign that can't be read or shown is no reason to stop."""

import contextlib
import sys


def forgive() -> None:
    """Let standard input and output replace what isn't in their encoding."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # a stream that a test or a host put there may not be a real one
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # TextIO lacks it
