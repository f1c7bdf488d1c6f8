"""What a step asks for, as it goes to the person."""

from bot.lines import Speaker
from bot.narrative import lines_of
from bot.script import AskSpec, Env, Option, Script
from bot.values import Answer, Ask, AskKind, Choice, ExerciseFrame
from bot.walk import UNDER_AGE


def offered(spec: AskSpec, env: Env) -> tuple[Option, ...]:
    """Give the options that are open now; of those that name a habit, the ones that were heard."""
    options = tuple(o for o in spec.options if o.when is None or o.when(env) is True)
    noted = env.get(spec.among) if spec.among is not None else None
    heard = {o.habit for o in options if isinstance(noted, tuple) and o.habit in noted}
    return tuple(o for o in options if not heard or o.habit is None or o.habit in heard)


def presented(speaker: Speaker, spec: AskSpec, env: Env, was: Answer | None = None) -> Ask:
    """Build the ask of a step.

    Args:
        was: the answer given before, to be edited after a step back.
    """
    script = speaker.script
    kind: AskKind = "choice" if spec.taps else spec.kind
    choices = tuple(Choice(o.id, o.label, o.about, o.is_alone) for o in offered(spec, env))
    return Ask(
        kind=kind,
        choices=choices if kind in ("choice", "choices") else (),
        min=spec.min if kind == "choices" else None,
        max=(spec.max or len(choices)) if kind == "choices" else None,
        low=spec.low if kind == "rating" else None,
        high=spec.high if kind == "rating" else None,
        same=_last(spec, env),
        chips=choices if kind == "text" else (),
        placeholder=spec.placeholder or None,
        keep=spec.keep and not _is_of_a_child(spec, env),
        families=script.feelings if kind == "feelings" else (),
        areas=script.areas if kind == "body" else (),
        cards=shown_cards(script, spec, env) if kind == "cards" else (),
        piles=spec.piles,
        pick=spec.pick or None,
        frames=_frames(speaker, spec, env),
        live=choices if kind == "exercise" else (),
        lines=lines_of(speaker, spec, env) if kind == "approve" else (),
        was=was,
    )


def _is_of_a_child(spec: AskSpec, env: Env) -> bool:
    """Tell whether a child is asked to pick something: nothing that they type there is stored.

    A country is: its help lines go by it. Words of their own are where they ask for them, in the
    note for bad hours.
    """
    is_choice = spec.kind == "choice" and spec.into != "region"
    return is_choice and env.get(UNDER_AGE) is True


def _last(spec: AskSpec, env: Env) -> int | None:
    value = env.get(spec.into) if spec.same and spec.into else None
    return value if isinstance(value, int) else None


def shown_cards(script: Script, spec: AskSpec, env: Env) -> tuple[Choice, ...]:
    """Give the cards of a deck without those that are kept from this person."""
    return tuple(
        card
        for card in script.cards.get(spec.deck, ())
        if card.id not in spec.without or spec.without[card.id](env) is not True
    )


def pickable(script: Script, spec: AskSpec, env: Env) -> frozenset[str]:
    """Give every id that a feelings, body or cards ask may be answered with now."""
    if spec.kind == "feelings":
        shades = {shade.id for family in script.feelings for shade in family.shades}
        return frozenset(shades | {family.id for family in script.feelings})
    places = script.areas if spec.kind == "body" else shown_cards(script, spec, env)
    return frozenset(place.id for place in places)


def _frames(speaker: Speaker, spec: AskSpec, env: Env) -> tuple[ExerciseFrame, ...]:
    shown = ((speaker.text(m.wording, env), m) for m in spec.moments)
    return tuple(ExerciseFrame(text, m.seconds, m.breath) for text, m in shown if text is not None)
