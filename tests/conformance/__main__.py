"""Checks any server of `makeroom.v1`: `python -m tests.conformance URL`.

Runs every check of `tests.conformance.checks` against the server, says of each whether it passed,
and ends with `N passed, N failed`; exit code 1 when one failed. It begins about forty talks, forgets
only its own, and stays within what one address may do. It needs half a minute.
"""

import asyncio
import sys

import click
from aiohttp import ClientError, ClientSession

from tests.conformance.checks import CHECKS, Check
from tests.conformance.site import Site

PATIENCE_S = 30.0
"""Seconds for one check."""


async def verdict(promise: Check, site: Site) -> str | None:
    """Run a check; None when it passed, else what was wrong."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await promise(site)
    except AssertionError as error:
        return str(error) or "not so"
    except (ClientError, OSError, KeyError, TimeoutError, asyncio.IncompleteReadError) as error:
        return f"{type(error).__name__} {error}"
    return None


async def run(url: str, only: str = "") -> int:
    """Run all checks whose name holds a word; give how many failed."""
    failed, chosen = 0, [promise for promise in CHECKS if only in promise.__name__]
    async with ClientSession() as http:
        site = Site(url, http)
        for promise in chosen:
            name = promise.__name__.replace("_", " ")
            wrong = await verdict(promise, site)
            failed += wrong is not None
            print(f"ok      {name}" if wrong is None else f"FAILED  {name}: {wrong}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return failed


@click.command()
@click.argument("url")
@click.option("--only", default="", help="Checks with this word in their name.")
def main(url: str, only: str) -> None:
    """Check the server at URL, such as http://127.0.0.1:8080."""
    sys.exit(min(asyncio.run(run(url, only)), 1))


if __name__ == "__main__":
    main()
