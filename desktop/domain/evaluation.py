"""How well a model foresees a text, and how far its predictions are from those of its base.

Definitions are llama-perplexity's: of each chunk the second half is scored. Intervals are taken
between chunks, which are independent, unlike the tokens in one; the `error` of llama-perplexity,
which treats tokens as independent, is kept beside them so that its digits can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from desktop.domain.statistics import LEVEL, Interval, mean, mean_interval, quantile_interval

CHUNK = 512  # tokens, as llama-perplexity takes it
MIN_CHUNKS = 2  # fewer say nothing about the spread

_PRECISE = 0.2  # a divergence is known well when its interval reaches this far, as a part of it
_EQUAL = 1e-3  # nats: divergences closer than that are the same


@dataclass(frozen=True, slots=True)
class ChunkScores:
    """What a model made of one chunk, a value for each token scored. NaN where it computed none.

    Attributes:
        losses: negative log-probability of the token that follows, in nats.
        divergences: Kullback-Leibler divergence of the prediction from that of the base, in nats;
            empty for the base.
        changes: probability of the token that follows, minus that by the base; empty for the base.
        same_top: how often the likeliest token is that of the base.
    """

    losses: tuple[float, ...]
    divergences: tuple[float, ...] = ()
    changes: tuple[float, ...] = ()
    same_top: int = 0


@dataclass(frozen=True, slots=True)
class Divergence:
    """How far a model is from its base.

    Attributes:
        mean, median, p90, p99, maximum: of the divergence over tokens, in nats.
        error: one standard error of the mean, tokens taken as independent.
        same_top: share of tokens at which the first choice is that of the base.
        same_top_error: one standard error of it.
        change: mean change of the probability of the token that follows.
        change_rms, change_error: its root mean square; one standard error of the mean.
    """

    mean: Interval
    error: float
    median: Interval
    p90: Interval
    p99: Interval
    maximum: float
    same_top: Interval
    same_top_error: float
    change: Interval
    change_rms: float
    change_error: float


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of one model over several chunks.

    Attributes:
        tokens: scored.
        impossible: tokens at which the model computed no number; if there is one, the values are
            NaN: what is left must not stand for the whole.
        perplexity_error: one standard error of the perplexity, tokens taken as independent.
        divergence: None for the base.
    """

    chunks: int
    tokens: int
    impossible: int
    perplexity: Interval
    perplexity_error: float
    divergence: Divergence | None = None


def quality_of(chunks: Sequence[ChunkScores], error: float = 1 - LEVEL) -> Quality:
    """Put chunks together; `error` is that of the intervals. Needs at least one chunk."""
    losses = list(chain.from_iterable(chunk.losses for chunk in chunks))
    divergences = list(chain.from_iterable(chunk.divergences for chunk in chunks))
    pairs = zip(losses, divergences or losses, strict=True)
    loss = mean_interval([mean(chunk.losses) for chunk in chunks], error)
    perplexity = _exponential(mean(losses))
    return Quality(
        chunks=len(chunks),
        tokens=len(losses),
        impossible=sum(math.isnan(one) or math.isnan(other) for one, other in pairs),
        perplexity=Interval(perplexity, _exponential(loss.low), _exponential(loss.high)),
        perplexity_error=_standard_error(losses) * perplexity,
        divergence=_divergence(chunks, divergences, error) if divergences else None,
    )


def divergence_by_chunk(chunks: Mapping[int, ChunkScores]) -> dict[int, float]:
    """The mean divergence of each chunk, by its number."""
    return {number: mean(chunk.divergences) for number, chunk in chunks.items()}


def difference(
    one: Mapping[int, float], other: Mapping[int, float], error: float = 1 - LEVEL
) -> Interval:
    """How much farther `one` is from the base than `other`, by the chunks both have, in nats.

    Both saw the same text, so that what makes a chunk hard drops out.
    """
    return mean_interval([one[n] - other[n] for n in sorted(one.keys() & other.keys())], error)


def is_settled(levels: Sequence[Mapping[int, float]], error: float) -> bool:
    """Whether more chunks would hardly change the picture: each divergence is known well, and
    which of two neighbours is nearer to the base is clear, or makes no difference.

    Args:
        levels: the divergence of each by chunk.
    """
    ordered = sorted(levels, key=lambda level: mean(list(level.values())))
    for level in ordered:
        known = mean_interval(list(level.values()), error)
        if not known.half_width <= max(_PRECISE * known.value, _EQUAL):
            return False
    for nearer, farther in pairwise(ordered):
        gap = difference(farther, nearer, error)
        if not (gap.low > 0 or max(abs(gap.low), abs(gap.high)) <= _EQUAL):
            return False
    return True


def _divergence(
    chunks: Sequence[ChunkScores], divergences: Sequence[float], error: float
) -> Divergence:
    means = mean_interval([mean(chunk.divergences) for chunk in chunks], error)
    groups = [chunk.divergences for chunk in chunks]
    broken = math.isnan(sum(divergences))
    ordered = [math.nan] if broken else sorted(divergences)
    changes = list(chain.from_iterable(chunk.changes for chunk in chunks))
    shares = [math.nan if broken else chunk.same_top / len(chunk.losses) for chunk in chunks]
    same = mean_interval(shares, error)
    same = Interval(same.value, max(same.low, 0.0), min(same.high, 1.0))

    def quantile(share: float) -> Interval:
        return quantile_interval(groups, ordered, share, error)

    return Divergence(
        mean=means,
        error=_standard_error(divergences),
        median=quantile(0.5),
        p90=quantile(0.9),
        p99=quantile(0.99),
        maximum=ordered[-1],
        same_top=same,
        same_top_error=math.sqrt(same.value * (1 - same.value) / (len(divergences) - 1)),
        change=mean_interval([mean(chunk.changes) for chunk in chunks], error),
        change_rms=math.sqrt(mean([change**2 for change in changes])),
        change_error=_standard_error(changes),
    )


def _standard_error(values: Sequence[float]) -> float:
    """Of the mean, as llama-perplexity computes it."""
    if len(values) < 2:
        return math.nan
    variance = mean([value**2 for value in values]) - mean(values) ** 2
    return math.sqrt(max(variance, 0.0) / (len(values) - 1)) if variance == variance else math.nan


def _exponential(value: float) -> float:
    """Infinite where a float ends."""
    return math.exp(value) if value < 709 else value if math.isnan(value) else math.inf
