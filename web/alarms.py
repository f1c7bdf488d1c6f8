"""Which rule heard danger last in a talk: known in memory alone, while its crisis flow is open.

Of a danger its kind and time are stored, not which rule heard it. Whoever was misread can have
that rule counted; then, and when the flow is left, it is forgotten here too.
"""

from bot.script import Script
from bot.values import Heard, Turn
from web.metrics import Metrics

MOST_TALKS = 10_000
"""Talks with an open crisis flow that are remembered; beyond that the oldest is forgotten."""


class Alarms:
    """Remembers rules until a person says that one was wrong, or all is over.

    Args:
        metrics: counts the rules that were wrong.
    """

    __slots__ = ("_metrics", "_rules")

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._rules: dict[bytes, str] = {}

    def turn(self, lookup: bytes, heard: Heard, script: Script, turn: Turn) -> None:
        """Take note of a turn that was stored.

        Args:
            lookup: whose talk it is.
            heard: what was heard, with the rule's name.
            script: tells whether the talk is in a crisis flow.
            turn: what came of it.
        """
        rule = self._rules.pop(lookup, None)
        if heard.risk is not None:
            rule = heard.risk.rule
        if rule is None:
            return
        if turn.false_alarm:
            self._metrics.false_alarm(rule)
        elif script.stages[turn.reply.stage].is_safety:
            self._rules[lookup] = rule
            if len(self._rules) > MOST_TALKS:
                del self._rules[next(iter(self._rules))]

    def forget(self, lookup: bytes) -> None:
        """Know nothing of a talk any more."""
        self._rules.pop(lookup, None)
