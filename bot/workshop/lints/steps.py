"""Checks of each step and stage: what it is for, why it asks, and all three of feel, think, do."""

from collections.abc import Iterator

from bot.errors import Finding
from bot.loading.steps import DOES
from bot.loading.tree import Node
from bot.script import Bubble, Step
from bot.workshop.lints.manuscript import Manuscript, fault, plain, warning
from bot.workshop.lints.turns import QUESTION
from bot.workshop.lints.words import unquoted

MEANS = {"feel": "a feeling", "think": "a thought in words", "do": "something done"}


def check_steps(script: Manuscript) -> Iterator[Finding]:
    """Check every step by itself, and what each stage has of them."""
    for step in script.script.steps.values():
        place = script.keys[step.id]
        if not step.purpose:
            hint = "write `purpose:`, for whoever changes it next"
            yield warning(place, "MR100", f"“{step.id}” has no purpose", hint)
        if step.ask is not None:
            yield from _asking(script, step, place)
        else:
            yield from _silent(script, step, place)
    yield from _stages(script)
    yield from _parts(script)


def _asking(script: Manuscript, step: Step, place: Node) -> Iterator[Finding]:
    is_crisis = script.is_crisis(step)
    if step.why is None and not is_crisis:
        hint = "write `why:` for when the person asks what it is for"
        yield warning(place, "MR101", f"“{step.id}” asks and doesn't say why", hint)
    is_shown = step.ask is not None and step.ask.kind == "exercise"  # its frames are words enough
    if step.again is None and not is_shown:
        hint = "write `again:` with shorter words, or the prompt may come back in silence"
        yield warning(place, "MR102", f"“{step.id}” can't ask a second time", hint)
    if not step.say:
        hint = "write `say:`, so that the person knows what is asked"
        yield warning(place, "MR105", f"“{step.id}” asks without a word", hint)


def _silent(script: Manuscript, step: Step, place: Node) -> Iterator[Finding]:
    if step.ends and any(_asks(bubble) for bubble in step.say):
        hint = "end with a statement; nobody can answer here"
        yield warning(place, "MR106", f"“{step.id}” ends with a question", hint)
    elif not step.ends and any(_asks(bubble) for bubble in step.say):
        lost = [route for route in step.next if route.back is None]
        nexts = [script.script.steps[name] for r in lost if (name := r.go or r.call)]
        if any(nxt.ask is None for nxt in nexts):
            hint = "give it an `ask`, or move the question to the step that asks"
            yield warning(place, "MR106", f"“{step.id}” asks and doesn't wait", hint)


def _asks(bubble: Bubble) -> bool:
    texts = [plain(wording) for saying in bubble.sayings for wording in saying.wordings]
    return any(QUESTION.search(unquoted(text)) for text in texts)


def _stages(script: Manuscript) -> Iterator[Finding]:
    """Learning that lasts needs feeling, thinking and doing: each counted part has all three."""
    for name in script.script.parts:
        steps = [step for step in script.script.steps.values() if step.stage == name]
        done = {word for step in steps for word in step.does}
        for word in DOES if steps else ():
            if word not in done:
                place = script.keys[steps[0].id]
                message = f"nothing in “{name}” is there to {word}: the part lacks {MEANS[word]}"
                yield fault(place, "MR103", message, f"add a step with `does: [{word}]`")


def _parts(script: Manuscript) -> Iterator[Finding]:
    stages = script.script.stages
    listed: set[str] = set()
    for key in ("stages", "parts"):
        node = script.head.items.get(key)
        for entry in node.entries if node else ():
            if entry.text not in stages:
                hint = "write the name of a file's `stage:`"
                yield fault(entry, "MR119", f"there is no stage “{entry.text}”", hint)
            if key == "parts" and entry.text not in listed:
                hint = "add it to `stages`, in the order of the talk"
                yield fault(entry, "MR119", f"the part “{entry.text}” isn't in `stages`", hint)
            listed.add(entry.text)
    for name, stage in stages.items():
        if not stage.is_flow and not stage.is_safety and name not in listed:
            hint = "add it to `stages` in the head, or begin its file with `flow:`"
            place = script.keys[stage.first]
            yield warning(place, "MR120", f"the stage “{name}” isn't in `stages`", hint)
