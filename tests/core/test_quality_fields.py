"""Measurements under the names scripts rely on."""

from __future__ import annotations

import json
import math

import pytest

from desktop.core.quality_fields import finite, in_words, interval_fields, quality_fields
from desktop.domain.evaluation import ChunkScores, quality_of
from desktop.domain.statistics import Interval

CHUNK = ChunkScores((1.0, 2.0), (0.1, 0.3), (0.0, 0.01), 1)


def test_perplexity_alone() -> None:
    fields = quality_fields(quality_of([ChunkScores((1.0, 2.0))] * 2))
    assert fields["ppl"] == pytest.approx(math.exp(1.5))
    assert fields["ppl_low"] == fields["ppl_high"] == fields["ppl"]
    assert (fields["chunks"], fields["scored_tokens"], fields["impossible_tokens"]) == (2, 4, 0)
    assert "kld_mean" not in fields


def test_with_a_base() -> None:
    fields = quality_fields(quality_of([CHUNK, CHUNK]))
    assert fields["kld_mean"] == pytest.approx(0.2)
    assert fields["same_top"] == 0.5
    promised = {"ppl", "ppl_error", "kld_error", "kld_median", "kld_p90", "kld_p99", "kld_max"}
    assert promised <= fields.keys()


def test_what_is_no_number_is_null_in_json() -> None:
    broken = ChunkScores((math.nan,), (math.nan,), (math.nan,), 0)
    fields = quality_fields(quality_of([broken, CHUNK]))
    assert fields["ppl"] is None and fields["kld_p99"] is None
    assert fields["impossible_tokens"] == 1
    json.dumps(fields, allow_nan=False)


def test_one_chunk_has_no_interval() -> None:
    fields = quality_fields(quality_of([CHUNK]))
    assert fields["ppl"] is not None
    assert fields["ppl_high"] is None
    json.dumps(fields, allow_nan=False)


def test_intervals_can_be_scaled_and_be_missing() -> None:
    assert interval_fields("ms", Interval(1.0, 0.5, 2.0), 1000) == {
        "ms": 1000.0,
        "ms_low": 500.0,
        "ms_high": 2000.0,
    }
    assert set(interval_fields("ms", None).values()) == {None}
    assert finite(math.inf) is None


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (None, ""),
        (Interval(1234.567, 1233.0, 1236.0), "1,234.57 ± 1.50"),
        (Interval(1.0, -math.inf, math.inf), "1.00"),
        (Interval(math.nan, math.nan, math.nan), "no number"),
    ],
)
def test_in_words(interval: Interval | None, words: str) -> None:
    assert in_words(interval, 2) == words
