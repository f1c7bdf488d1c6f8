"""Which step is how far: a walk that knows where it wants to get chooses what leads nearer."""

from collections import deque
from collections.abc import Mapping

from bot.loading.checks import ways
from bot.script import Script

FAR = 99  # from where no route leads there


class Course:
    """Counts routes between steps, whatever their guards say.

    Args:
        script: the dialogue.
    """

    def __init__(self, script: Script) -> None:
        self._before: dict[str, set[str]] = {step: set() for step in script.steps}
        called = {rule.call for rule in script.commands.values() if rule.call in script.steps}
        for step in script.steps.values():
            for target in (*ways(step, script.stages), *(called if step.ask is not None else ())):
                self._before[target].add(step.id)

    def to(self, target: str) -> Mapping[str, int]:
        """Give how many routes lie between each step and one, at the least."""
        far, waiting = {target: 0}, deque([target])
        while waiting:
            step = waiting.popleft()
            for before in self._before[step]:
                if before not in far:
                    far[before] = far[step] + 1
                    waiting.append(before)
        return far
