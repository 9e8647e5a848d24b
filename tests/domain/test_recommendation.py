"""Which level is recommended, and what the sentence says."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from desktop.domain.comparison import (
    ComparedModel,
    Measurement,
    Part,
    SpeedRun,
    measurement_of,
)
from desktop.domain.evaluation import ChunkScores
from desktop.domain.recommendation import Wishes, recommend, suits

GB = 1_000_000_000


def level(
    name: str,
    gigabytes: float,
    divergence: float,
    speed: float = 20.0,
    *,
    spread: float = 0.0001,
    part: Part = Part.LEVEL,
) -> Measurement:
    """A level as it was measured over four chunks of two tokens."""
    chunks = {
        n: ChunkScores((1.0,) * 2, (divergence + n % 2 * spread,) * 2, (0.0,) * 2, 2 - n % 2)
        for n in range(4)
    }
    size = int(gigabytes * GB)
    return measurement_of(
        ComparedModel(
            *(1, part, name, Path(name)),
            bytes=size,
            chunks=chunks,
            runs=(SpeedRun(100, 10, 1.0, 10 / speed, size + GB),) * 2,
        ),
        0.05,
    )


LADDER = [
    level("F16", 16, 0.0, 4.0, part=Part.BASE),
    level("Q8_0", 8.5, 0.001, 8.0),
    level("Q6_K", 6.6, 0.005, 10.0),
    level("Q4_K_M", 4.9, 0.031, 13.0),
    level("Q2_K", 3.2, 0.445, 18.0),
]


def chosen(memory: float, slowest: float = 1.0, levels: list[Measurement] = LADDER) -> str | None:
    wishes = Wishes(int(memory * GB), leave_free=2 * GB, slowest=slowest)
    found = recommend(levels, wishes).level
    return found.name if found else None


def test_the_smallest_that_is_as_good_as_the_best_that_fits() -> None:
    assert chosen(64) == "Q6_K"


def test_less_memory_makes_it_smaller() -> None:
    assert chosen(9) == "Q4_K_M"
    assert chosen(7) == "Q2_K"


def test_a_faster_answer_makes_it_smaller() -> None:
    assert chosen(64, slowest=12) == "Q4_K_M"
    assert chosen(64, slowest=15) == "Q2_K"


def test_what_is_exactly_as_large_and_as_fast_as_it_may_be_suits() -> None:
    one = LADDER[1]
    assert suits(one, Wishes(one.peak_memory + GB, leave_free=GB, slowest=8.0))
    assert not suits(one, Wishes(one.peak_memory + GB - 1, leave_free=GB, slowest=8.0))
    assert not suits(one, Wishes(one.peak_memory + GB, leave_free=GB, slowest=8.1))


def test_nothing_fits() -> None:
    wishes = Wishes(5 * GB, leave_free=2 * GB)
    found = recommend(LADDER, wishes)
    assert found.level is None
    assert "Even Q2_K needs 4.2 GB, and only 3.0 GB may be used" in found.reason


def test_nothing_is_fast_enough() -> None:
    found = recommend(LADDER, Wishes(64 * GB, slowest=50))
    assert found.level is None
    assert "writes 18 tokens a second, and at least 50" in found.reason


def test_the_sentence_says_what_it_keeps_needs_and_does() -> None:
    found = recommend(LADDER, Wishes(64 * GB))
    assert found.sentence.startswith("Use Q6_K: it keeps 75.0 ± ")
    assert "needs 7.6 GB and writes 10 tokens a second" in found.sentence
    assert "as good as Q8_0" in found.reason
    assert "Q8_0 would need 1.9 GB more and be 0.004 nats nearer" in found.reason


def test_what_more_would_buy_says_why_it_cannot_be_had() -> None:
    found = recommend(LADDER, Wishes(9 * GB, leave_free=2 * GB, slowest=1))
    assert found.level is not None and found.level.name == "Q4_K_M"
    assert "but it needs 7.6 GB, and only 7.0 GB may be used" in found.reason


def test_one_that_is_not_known_well_is_not_taken_for_as_good() -> None:
    unsure = [LADDER[1], level("Q6_K", 6.6, 0.005, spread=0.02)]
    assert chosen(64, levels=unsure) == "Q8_0"


def test_levels_that_failed_or_compute_nonsense_are_no_candidates() -> None:
    failed = measurement_of(
        ComparedModel(1, Part.LEVEL, "Q8_0", Path("q8"), problem="It crashed."), 0.05
    )
    broken = level("Q6_K", 6.6, math.nan)
    assert chosen(64, levels=[failed, broken, LADDER[3]]) == "Q4_K_M"
    assert recommend([failed, broken], Wishes(64 * GB)).level is None


def test_the_only_one_that_suits_is_said_to_be() -> None:
    assert "only one" in recommend([LADDER[3]], Wishes(64 * GB)).reason


@pytest.mark.parametrize("memory", [5, 7, 9, 12, 64])
def test_what_is_recommended_suits(memory: float) -> None:
    found = recommend(LADDER, Wishes(int(memory * GB), slowest=5)).level
    assert found is None or found.peak_memory <= (memory - 2) * GB
