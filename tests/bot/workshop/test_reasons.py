"""A failure says what chose the way: each guard that was asked, how it came out, on what."""

from collections.abc import Callable

from bot.workshop.library import Library
from bot.workshop.replay import Result


def reasons(library: Library, result: Result) -> list[str]:
    return library.reasons("tiny").of(result)


def test_guards_are_told_with_their_values(library: Library, played: Callable[..., Result]) -> None:
    """A rule that led into a side flow stands with the number that made it true."""
    result = played("you: [Yes, a little]\nyou: (9)\nnow at welcome.name\n")
    told = reasons(library, result)
    assert "yes     rule W1: strength is high  (strength = 9)" in told
    assert "what chose the way:\n  yes     rule W1" in result.report(told)


def test_only_the_last_turn_is_explained(library: Library, played: Callable[..., Result]) -> None:
    """What led to earlier turns would only hide it."""
    result = played("you: [Yes, a little]\nyou: (4)\nyou: [Fog]\nnow at welcome.name\n")
    assert not any("strength = 9" in one for one in reasons(library, result))
    assert result.report([]) == result.report()


def test_what_never_began_has_no_reasons(library: Library, played: Callable[..., Result]) -> None:
    """A talk that starts in the middle and fails there asked nothing."""
    result = played("now at welcome.hello\n", "given: at welcome.name, strength = 9\n")
    assert reasons(library, result) == []
