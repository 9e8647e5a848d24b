"""What chunks of scores add up to."""

from __future__ import annotations

import math

import pytest

from desktop.domain.evaluation import (
    ChunkScores,
    difference,
    divergence_by_chunk,
    is_settled,
    quality_of,
)
from desktop.domain.statistics import error_of_look

ERROR = error_of_look(2)


def scores(*divergences: float, same_top: int | None = None) -> ChunkScores:
    count = len(divergences)
    return ChunkScores(
        losses=(1.0,) * count,
        divergences=divergences,
        changes=(0.1,) * count,
        same_top=count if same_top is None else same_top,
    )


def numbered(*means: float) -> dict[int, float]:
    return dict(enumerate(means))


def test_perplexity_is_that_of_all_tokens_and_its_interval_that_of_the_chunks() -> None:
    quality = quality_of([ChunkScores((1.0, 2.0)), ChunkScores((2.0, 3.0))])
    assert quality.tokens == 4
    assert quality.perplexity.value == pytest.approx(math.exp(2))
    assert quality.perplexity.low == pytest.approx(math.exp(2 - 12.7062 * 0.5), rel=1e-4)
    # sqrt((mean of squares - square of mean) / (count - 1)) * perplexity
    assert quality.perplexity_error == pytest.approx(math.sqrt(0.5 / 3) * math.exp(2))
    assert quality.divergence is None


def test_the_divergence_of_a_level() -> None:
    quality = quality_of([scores(0.0, 0.2, same_top=1), scores(0.4, 0.6)])
    found = quality.divergence
    assert found is not None
    assert found.mean.value == pytest.approx(0.3)
    assert found.mean.low == pytest.approx(0.3 - 12.7062 * 0.2, rel=1e-4)
    assert found.median.value == pytest.approx(0.3)
    assert found.p90.value == pytest.approx(0.54)
    assert found.maximum == 0.6
    assert found.same_top.value == 0.75
    assert (found.same_top.low, found.same_top.high) == (0.0, 1.0)  # shares end there
    assert found.same_top_error == pytest.approx(math.sqrt(0.75 * 0.25 / 3))
    assert found.change.value == pytest.approx(0.1)
    assert found.change_rms == pytest.approx(0.1)


def test_an_impossible_value_is_never_averaged_away() -> None:
    broken = ChunkScores((math.nan, 1.0), (math.nan, 0.1), (math.nan, 0.0), 1)
    quality = quality_of([scores(0.1, 0.1), broken])
    found = quality.divergence
    assert quality.impossible == 1
    assert found is not None
    values = (quality.perplexity, found.mean, found.median, found.p99, found.same_top)
    assert all(math.isnan(interval.value) for interval in values)
    assert math.isnan(found.maximum)
    assert math.isnan(quality.perplexity_error)


def test_a_perplexity_beyond_all_numbers_is_infinite() -> None:
    assert quality_of([ChunkScores((800.0, 900.0))] * 2).perplexity.value == math.inf


def test_the_difference_of_two_levels_is_taken_chunk_by_chunk() -> None:
    # Some chunks are ten times as hard as others; the difference is the same in all of them.
    near, far = numbered(0.1, 1.0, 0.5), numbered(0.2, 1.1, 0.6)
    gap = difference(far, near)
    assert gap.value == pytest.approx(0.1)
    assert gap.half_width == pytest.approx(0.0, abs=1e-9)


def test_only_chunks_that_both_have_are_compared() -> None:
    assert difference(numbered(0.2, 0.2, 9.0), numbered(0.1, 0.1)).value == pytest.approx(0.1)


def test_it_is_settled_when_every_value_is_known_and_the_order_clear() -> None:
    levels = [numbered(0.10, 0.101, 0.1, 0.099), numbered(0.2, 0.201, 0.2, 0.199)]
    assert is_settled(levels, ERROR)


def test_it_is_not_settled_while_a_value_is_not_known_well() -> None:
    assert not is_settled([numbered(0.1, 0.2, 0.3, 0.05)], ERROR)


def test_it_is_not_settled_while_neighbours_may_change_places() -> None:
    one, other = numbered(0.10, 0.104, 0.1, 0.1), numbered(0.102, 0.10, 0.105, 0.099)
    assert is_settled([one], ERROR)
    assert is_settled([other], ERROR)
    assert not is_settled([one, other], ERROR)


def test_levels_that_make_no_difference_need_no_order() -> None:
    one, other = numbered(0.0002, 0.0001, 0.0002), numbered(0.0001, 0.0002, 0.0001)
    assert is_settled([one, other], ERROR)


def test_one_chunk_settles_nothing() -> None:
    assert not is_settled([numbered(0.1)], ERROR)


def test_what_is_broken_is_never_settled() -> None:
    assert not is_settled([numbered(math.nan, 0.1)], ERROR)


def test_divergence_by_chunk() -> None:
    chunks = {0: scores(0.1, 0.3), 7: scores(0.5)}
    assert divergence_by_chunk(chunks) == pytest.approx({0: 0.2, 7: 0.5})
