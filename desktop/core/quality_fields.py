"""What was measured of a model, under the names scripts rely on and in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from desktop.domain.evaluation import Divergence, Quality
from desktop.domain.statistics import Interval

Fields = dict[str, float | int | None]


def quality_fields(quality: Quality) -> Fields:
    """Perplexity, and the divergence if there is one. None stands for what is no number.

    NAME_error is one standard error as llama-perplexity prints it, NAME_low and NAME_high bound
    the 95 % interval between chunks.
    """
    fields: Fields = {
        **dict(_interval("ppl", quality.perplexity)),
        "ppl_error": finite(quality.perplexity_error),
        "chunks": quality.chunks,
        "scored_tokens": quality.tokens,
        "impossible_tokens": quality.impossible,
    }
    return fields | _divergence_fields(quality.divergence) if quality.divergence else fields


def interval_fields(name: str, interval: Interval | None, scale: float = 1.0) -> Fields:
    """A value and its interval; None where nothing was measured."""
    if interval is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    ends = (scale * interval.value, scale * interval.low, scale * interval.high)
    return dict(_interval(name, Interval(*ends)))


def finite(value: float) -> float | None:
    """JSON has no word for what is no number, or infinite."""
    return value if math.isfinite(value) else None


def in_words(interval: Interval | None, digits: int, scale: float = 1.0) -> str:
    """A value and half its 95 % interval: "4.60 ± 0.12"; "" where there is none."""
    if interval is None:
        return ""
    if math.isnan(interval.value):
        return "no number"
    value, reach = scale * interval.value, scale * interval.half_width
    if not math.isfinite(reach):
        return f"{value:,.{digits}f}"
    return f"{value:,.{digits}f} ± {reach:,.{digits}f}"


def _divergence_fields(divergence: Divergence) -> Fields:
    return {
        **dict(_interval("kld_mean", divergence.mean)),
        "kld_error": finite(divergence.error),
        **dict(_interval("kld_median", divergence.median)),
        **dict(_interval("kld_p90", divergence.p90)),
        **dict(_interval("kld_p99", divergence.p99)),
        "kld_max": finite(divergence.maximum),
        **dict(_interval("same_top", divergence.same_top)),
        "same_top_error": finite(divergence.same_top_error),
        **dict(_interval("delta_p_mean", divergence.change)),
        "delta_p_error": finite(divergence.change_error),
        "delta_p_rms": finite(divergence.change_rms),
    }


def _interval(name: str, interval: Interval) -> Iterator[tuple[str, float | None]]:
    yield name, finite(interval.value)
    yield f"{name}_low", finite(interval.low)
    yield f"{name}_high", finite(interval.high)
