"""Losses and divergences against the plain formulas, written out token by token."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop.engine.divergence import BasePredictions, bytes_of, losses_of

SHAPES = [(7, 33), (300, 2048), (5, 128_001)]


def predictions(rows: int, vocabulary: int, spread: float = 4.0) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(vocabulary)
    base = (random.standard_normal((rows, vocabulary)) * spread).astype(np.float32)
    level = base + (random.standard_normal((rows, vocabulary)) * 0.2).astype(np.float32)
    return base, level, random.integers(0, vocabulary, rows)


def log_softmax(row: np.ndarray) -> np.ndarray:
    row = row.astype(np.float64)
    return row - row.max() - math.log(np.exp(row - row.max()).sum())


def rounded(row: np.ndarray) -> np.ndarray:
    """As llama-perplexity keeps the base: 65,536 steps from the likeliest to 16 nats below."""
    low, high = max(row.min(), row.max() - 16), row.max()
    step = (high - low) / 65535
    logs = log_softmax(row)
    return np.rint((np.maximum(row, low) - low) / step) * step + logs.max() - (high - low)


@pytest.mark.parametrize(("rows", "vocabulary"), SHAPES)
def test_losses(rows: int, vocabulary: int) -> None:
    base, _, targets = predictions(rows, vocabulary)
    expected = [-log_softmax(row)[target] for row, target in zip(base, targets, strict=True)]
    assert losses_of(base, targets) == pytest.approx(expected, rel=1e-5)
    assert BasePredictions(base, targets).scores().losses == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("rows", "vocabulary"), SHAPES)
def test_divergences_and_changes(rows: int, vocabulary: int) -> None:
    base, level, targets = predictions(rows, vocabulary)
    scores = BasePredictions(base, targets).compare(level)
    divergences, changes, same = [], [], 0
    for one, other, target in zip(base, level, targets, strict=True):
        p, q = rounded(one), log_softmax(other)
        divergences.append((np.exp(p) * (p - q))[p > -16].sum())
        changes.append(math.exp(q[target]) - math.exp(p[target]))
        same += int(one.argmax() == other.argmax())
    assert scores.divergences == pytest.approx(divergences, rel=1e-3, abs=2e-6)
    assert scores.changes == pytest.approx(changes, abs=1e-6)
    assert scores.same_top == same
    assert scores.losses == pytest.approx(tuple(losses_of(level, targets)))


def test_a_model_is_not_far_from_itself() -> None:
    base, _, targets = predictions(50, 3000)
    scores = BasePredictions(base, targets).compare(base)
    assert max(map(abs, scores.divergences)) < 1e-4
    assert scores.same_top == 50


def test_what_the_base_rules_out_costs_nothing() -> None:
    base = np.array([[0.0, 1.0, -100.0, -np.inf]], np.float32)
    level = np.array([[0.0, 1.0, -np.inf, -np.inf]], np.float32)
    (divergence,) = BasePredictions(base, np.array([1])).compare(level).divergences
    assert divergence == pytest.approx(0.0, abs=1e-4)


def test_what_the_level_rules_out_and_the_base_does_not_costs_everything() -> None:
    base = np.array([[0.0, 1.0]], np.float32)
    level = np.array([[-np.inf, 1.0]], np.float32)
    scores = BasePredictions(base, np.array([0])).compare(level)
    assert scores.divergences == (math.inf,)
    assert scores.losses == (math.inf,)


@pytest.mark.parametrize("broken", ["base", "level"])
def test_impossible_values_stay_where_they_are(broken: str) -> None:
    base, level, targets = predictions(4, 40)
    {"base": base, "level": level}[broken][2, 11] = np.nan
    scores = BasePredictions(base, targets).compare(level)
    assert [math.isnan(value) for value in scores.divergences] == [False, False, True, False]
    assert scores.same_top <= 3


def test_all_alike_is_no_division_by_zero() -> None:
    base = np.zeros((1, 8), np.float32)
    (divergence,) = BasePredictions(base, np.array([3])).compare(base).divergences
    assert divergence == pytest.approx(0.0, abs=1e-6)


def test_a_large_vocabulary_takes_what_was_promised() -> None:
    base, _, targets = predictions(5, 128_001)
    kept = sum(v.nbytes for v in vars(BasePredictions(base, targets)).values())
    assert kept <= bytes_of(128_001, 5)
