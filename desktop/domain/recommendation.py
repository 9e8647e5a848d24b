"""Which level to use on a machine: the rule, and the sentence that gives its reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.comparison import Measurement, Part
from desktop.domain.evaluation import difference
from desktop.domain.statistics import LEVEL

# Nats of divergence nobody notices: about what Q5_K_M loses against Q8_0 on an 8B model.
NOTICEABLE = 0.01

RULE = (
    "Of the levels that leave enough memory free and are fast enough, the smallest that is hardly "
    f"farther from the original than the best of them: at most {NOTICEABLE} nats, with 95 % "
    "confidence."
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asks of a model on this machine.

    Attributes:
        memory: bytes the machine has.
        leave_free: bytes of it that other programs need.
        slowest: tokens a second an answer must have.
    """

    memory: int
    leave_free: int = 2_000_000_000
    slowest: float = 5.0


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The level to use, or None when there is none; what to tell the person, and why."""

    level: Measurement | None
    sentence: str
    reason: str


def recommend(
    measurements: Sequence[Measurement], wishes: Wishes, error: float = 1 - LEVEL
) -> Recommendation:
    """Apply RULE. `error` is that of the intervals differences are judged by."""
    levels = [one for one in measurements if one.part is Part.LEVEL and _was_measured(one)]
    if not levels:
        return Recommendation(None, "No level was measured to the end.", "")
    fitting = [one for one in levels if suits(one, wishes)]
    if not fitting:
        nearest = min(levels, key=lambda one: one.peak_memory)
        return Recommendation(
            None,
            "None of these levels suits this machine.",
            f"Even {nearest.name} {_refusal(nearest, wishes)}.",
        )
    best = min(fitting, key=_divergence)
    equal = [one for one in fitting if one is best or _as_good(one, best, error)]
    chosen = min(equal, key=lambda one: (one.bytes, _divergence(one)))
    return Recommendation(
        chosen,
        f"Use {chosen.name}: {_praise(chosen)}.",
        " ".join([_why(chosen, best, fitting), *_what_more_buys(chosen, levels, wishes)]),
    )


def suits(one: Measurement, wishes: Wishes) -> bool:
    """Whether a level that was timed leaves enough memory free and is fast enough."""
    return _refusal(one, wishes) == ""


def _was_measured(one: Measurement) -> bool:
    known = one.quality is not None and one.quality.divergence is not None
    return known and one.speed is not None and math.isfinite(_divergence(one))


def _divergence(one: Measurement) -> float:
    assert one.quality is not None and one.quality.divergence is not None
    return one.quality.divergence.mean.value


def _speed(one: Measurement) -> float:
    assert one.speed is not None
    return one.speed.value


def _refusal(one: Measurement, wishes: Wishes) -> str:
    """Why a level does not suit, after its name, or ""."""
    room = wishes.memory - wishes.leave_free
    if one.peak_memory > room:
        return (
            f"needs {_gigabytes(one.peak_memory)}, and only {_gigabytes(max(room, 0))} may be used"
        )
    if _speed(one) < wishes.slowest:
        return (
            f"writes {_rate(_speed(one))} tokens a second, and at least {_rate(wishes.slowest)} "
            "are asked for"
        )
    return ""


def _as_good(one: Measurement, best: Measurement, error: float) -> bool:
    return difference(one.divergence, best.divergence, error).high <= NOTICEABLE


def _praise(one: Measurement) -> str:
    assert one.quality is not None and one.quality.divergence is not None
    same = one.quality.divergence.same_top
    return (
        f"it keeps {100 * same.value:.1f} ± {100 * same.half_width:.1f} % of the original's first "
        f"choices, needs {_gigabytes(one.peak_memory)} and writes {_rate(_speed(one))} tokens a "
        "second"
    )


def _why(chosen: Measurement, best: Measurement, fitting: Sequence[Measurement]) -> str:
    if len(fitting) == 1:
        return "It is the only one that suits."
    if chosen is best:
        return (
            "Of those that suit it is the nearest to the original, and every smaller one is "
            "noticeably farther from it, or not known well enough."
        )
    return (
        f"It is the smallest that is as good as {best.name}, the nearest to the original of those "
        f"that suit, to within {NOTICEABLE} nats."
    )


def _what_more_buys(
    chosen: Measurement, levels: Sequence[Measurement], wishes: Wishes
) -> list[str]:
    """What the next larger and better one would cost and bring."""
    better = [
        one for one in levels if one.bytes > chosen.bytes and _divergence(one) < _divergence(chosen)
    ]
    if not better:
        return []
    following = min(better, key=lambda one: one.bytes)
    more = following.bytes - chosen.bytes
    gain = _divergence(chosen) - _divergence(following)
    refusal = _refusal(following, wishes)
    but = f", but it {refusal}" if refusal else ""
    sentence = (
        f"{following.name} would need {_gigabytes(more)} more and be {gain:.2g} nats nearer to the "
        f"original{but}."
    )
    return [sentence]


def _gigabytes(size: int) -> str:
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e7 else f"{size / 1e6:.1f} MB"


def _rate(speed: float) -> str:
    return f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
