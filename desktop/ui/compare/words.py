"""Comparisons in plain words and numbers."""

from __future__ import annotations

import math
from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.domain.comparison import Comparison, Measurement, Part
from desktop.domain.evaluation import Divergence
from desktop.domain.job import JobState
from desktop.domain.statistics import Interval
from desktop.ui.formats import amount, data_size, decimal, fill, time_ago

_MOST_DECIMALS = 6
_FAST = 100.0  # tokens a second, of which nobody needs a part


def with_reach(interval: Interval | None, decimals: int, scale: float = 1.0) -> str:
    """A value and half its interval, "" where nothing was measured."""
    if interval is None:
        return ""
    value, reach = scale * interval.value, scale * interval.half_width
    if math.isnan(value):
        return _tr("no number")
    if math.isinf(value):
        return _tr("infinite")
    shown = decimal(round(value, decimals) + 0.0, decimals)  # never -0
    return f"{shown} ± {decimal(reach, decimals)}" if math.isfinite(reach) else shown


def nats(interval: Interval | None) -> str:
    """A divergence with its interval: no more digits than count."""
    if interval is None:
        return ""
    decimals, reach = decimals_of(interval.value), interval.half_width
    if math.isfinite(reach) and reach > 0:
        decimals = min(decimals, max(1 - math.floor(math.log10(reach)), 0))
    return with_reach(interval, decimals)


def percent(interval: Interval | None) -> str:
    """A share with its interval."""
    if interval is None or math.isnan(interval.value):
        return with_reach(interval, 1)
    return fill(_tr("%1 %"), with_reach(interval, 1, 100))


def axis_nats(value: float) -> str:
    """A divergence at an axis, above 0."""
    return decimal(value, max(-math.floor(math.log10(value)), 0))


def rate(interval: Interval | None) -> str:
    """Tokens a second with their interval."""
    return with_reach(interval, 0 if interval and interval.value >= _FAST else 1)


def axis_size(size: float) -> str:
    """Bytes at an axis."""
    return data_size(round(size)) if size else "0"


def decimals_of(value: float) -> int:
    """How many decimals show three digits that count."""
    if not math.isfinite(value) or not value:
        return 3
    return min(max(2 - math.floor(math.log10(abs(value))), 0), _MOST_DECIMALS)


def divergence_of(one: Measurement) -> Divergence | None:
    """How far a row is from the base, when that is a number."""
    found = one.quality.divergence if one.quality else None
    return found if found is not None and math.isfinite(found.mean.value) else None


def sentence(one: Measurement) -> str:
    """What was measured of a level, for who looks at it."""
    parts = [data_size(one.bytes)] if one.bytes else []
    found = divergence_of(one)
    if found is not None:
        parts.append(fill(_tr("KL divergence %1"), nats(found.mean)))
        parts.append(fill(_tr("%1 same first choices"), percent(found.same_top)))
    if one.speed is not None:
        parts.append(fill(_tr("writes %1 tokens a second"), rate(one.speed)))
    if one.peak_memory:
        parts.append(fill(_tr("%1 of memory"), data_size(one.peak_memory)))
    return f"{one.name}: {', '.join(parts)}."


def spread_sentence(one: Measurement, found: Divergence) -> str:
    """How the divergence of a level is spread over the tokens."""
    text = _tr("%1: half of the tokens below %2, 90 % below %3, 99 % below %4; mean %5.")
    values = (found.median, found.p90, found.p99, found.mean)
    return fill(text, one.name, *(nats(value) for value in values))


def title_of(comparison: Comparison) -> str:
    """What was compared."""
    return comparison.request.base.stem


def levels_of(comparison: Comparison) -> str:
    """The names of the levels."""
    return ", ".join(model.name for model in comparison.models if model.part is Part.LEVEL)


def state_of(comparison: Comparison) -> str:
    """How it ended, in a word or two."""
    return state_words(comparison.state)


def state_words(state: JobState) -> str:
    """How something ended, in a word or two."""
    return {
        JobState.WAITING: _tr("Waits for its turn"),
        JobState.RUNNING: _tr("Runs"),
        JobState.DONE: _tr("Done"),
        JobState.FAILED: _tr("Failed"),
        JobState.CANCELLED: _tr("Cancelled"),
        JobState.INTERRUPTED: _tr("Interrupted"),
    }[state]


def history_line(comparison: Comparison, today: date) -> str:
    """The second line of a comparison in the list."""
    chunks = amount(comparison.request.chunks, _tr("1 chunk"), _tr("%1 chunks"))
    parts = (
        time_ago(comparison.created_at, today),
        state_of(comparison),
        chunks,
        levels_of(comparison),
    )
    return " · ".join(part for part in parts if part)


def chunks_words(chunks: int) -> str:
    """How many chunks a text gives."""
    return amount(chunks, _tr("1 chunk"), _tr("%1 chunks"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Compare", text)
