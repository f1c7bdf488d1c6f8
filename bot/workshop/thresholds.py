"""Guards with a threshold that is one lower: the mistake that tests of limits are for."""

import re

_LIMIT = re.compile(r"([<>]=?\s*)(\d+)")


def lowered(source: str) -> str | None:
    """Write a guard with its first limit lowered by one; None when it has no limit above 0."""
    found = _LIMIT.search(source)
    if found is None or int(found[2]) == 0:
        return None
    return f"{source[: found.start()]}{found[1]}{int(found[2]) - 1}{source[found.end() :]}"
