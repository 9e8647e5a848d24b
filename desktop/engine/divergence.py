"""Losses of predictions, and their divergence from those of a base, from logits.

The base's log-probabilities are rounded to 16 bits and cut off at 16 nats below the likeliest, as
llama-perplexity does when it writes them to a file. That makes the results its very digits, and
keeps a chunk of a vocabulary of 128k tokens in 65 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from desktop.domain.evaluation import ChunkScores

Logits = np.ndarray[Any, np.dtype[np.float32]]
Tokens = np.ndarray[Any, np.dtype[np.int64]]

_AT_ONCE = 1 << 18  # logits worked on at a time: 1 MB, which stays in a processor's cache
_RANGE = np.float32(16)  # nats
_STEPS = np.float32(65535)


class _Rows:
    """Some rows of logits [rows, vocabulary], and what every softmax of them needs."""

    def __init__(self, logits: Logits) -> None:
        self.logits = logits
        self.highest = logits.max(axis=1, keepdims=True)
        powers = logits - self.highest
        np.exp(powers, out=powers)
        self.totals = powers.sum(axis=1, dtype=np.float64)

    def losses(self, targets: Tokens) -> Any:
        """In nats, double precision."""
        chosen = np.take_along_axis(self.logits, targets[:, None], axis=1) - self.highest
        return np.log(self.totals) - chosen[:, 0].astype(np.float64)

    def log_totals(self) -> Any:
        """[rows, 1], single precision."""
        return np.log(self.totals).astype(np.float32)[:, None]


class BasePredictions:
    """What the base predicts at the scored tokens of one chunk."""

    def __init__(self, logits: Logits, targets: Tokens) -> None:
        """`logits` [tokens, vocabulary] are not kept; `targets` are the tokens that follow."""
        self._targets = targets
        self._steps = np.empty(logits.shape, np.uint16)
        self._scale = np.empty((len(logits), 1), np.float32)
        self._lowest = np.empty((len(logits), 1), np.float32)
        self._first = np.empty(len(logits), np.int64)
        self.losses = np.empty(len(logits), np.float64)
        with _nothing_is_odd():
            for span in _spans(logits):
                self._take(span, _Rows(logits[span]))

    def scores(self) -> ChunkScores:
        """The base's own."""
        return ChunkScores(_plain(self.losses))

    def compare(self, logits: Logits) -> ChunkScores:
        """What another model, which predicts `logits` at the same tokens, makes of the chunk."""
        count = len(logits)
        losses = np.empty(count, np.float64)
        # In the precision they are kept in, so that what is shown does not change by being kept.
        divergences, changes = np.empty(count, np.float32), np.empty(count, np.float32)
        same_top = 0
        with _nothing_is_odd():
            for span in _spans(logits):
                rows = _Rows(logits[span])
                losses[span] = rows.losses(self._targets[span])
                divergences[span] = self._divergences(span, rows)
                base = self._scale[span, 0] * self._chosen_steps(span) + self._lowest[span, 0]
                changes[span] = np.exp(-losses[span].astype(np.float32)) - np.exp(base)
                same = rows.logits.argmax(axis=1) == self._first[span]
                same_top += int(np.count_nonzero(same & ~np.isnan(divergences[span])))
        return ChunkScores(_plain(losses), _plain(divergences), _plain(changes), same_top)

    def _take(self, span: slice, rows: _Rows) -> None:
        self.losses[span] = rows.losses(self._targets[span])
        lowest = np.maximum(rows.logits.min(axis=1, keepdims=True), rows.highest - _RANGE)
        scale = (rows.highest - lowest) / _STEPS
        steps = rows.logits - lowest
        np.maximum(steps, 0, out=steps)
        steps *= np.where(scale > 0, np.float32(1) / scale, np.float32(0))
        np.rint(steps, out=steps)
        self._steps[span] = steps
        self._first[span] = self._steps[span].argmax(axis=1)
        self._scale[span] = scale
        self._lowest[span] = lowest - rows.highest - rows.log_totals()

    def _divergences(self, span: slice, rows: _Rows) -> Any:
        log_base = self._steps[span].astype(np.float32)
        log_base *= self._scale[span]
        log_base += self._lowest[span]
        base = np.exp(log_base)
        base *= log_base > -_RANGE
        log_base -= rows.logits
        log_base += rows.highest + rows.log_totals()
        sums = (base * log_base).sum(axis=1, dtype=np.float64)
        for row in np.flatnonzero(np.isnan(sums)):
            # Where the base sees no chance at all nothing is lost, however sure the other is.
            possible = base[row] != 0
            sums[row] = (base[row] * log_base[row])[possible].sum(dtype=np.float64)
        return sums

    def _chosen_steps(self, span: slice) -> Any:
        chosen = np.take_along_axis(self._steps[span], self._targets[span, None], axis=1)
        return chosen[:, 0].astype(np.float32)


def _plain(values: Any) -> tuple[float, ...]:
    return tuple(values.tolist())


def losses_of(logits: Logits, targets: Tokens) -> Any:
    """Negative log-probabilities of `targets` [tokens] after each row, double precision."""
    losses = np.empty(len(logits), np.float64)
    with _nothing_is_odd():
        for span in _spans(logits):
            losses[span] = _Rows(logits[span]).losses(targets[span])
    return losses


def bytes_of(vocabulary_size: int, tokens: int) -> int:
    """What BasePredictions of so many tokens keep."""
    return tokens * (2 * vocabulary_size + 32)


def _spans(logits: Logits) -> Iterator[slice]:
    rows = max(_AT_ONCE // logits.shape[1], 1)
    for start in range(0, len(logits), rows):
        yield slice(start, min(start + rows, len(logits)))


def _nothing_is_odd() -> Any:
    """A damaged model computes NaN, which is to be shown, not warned about."""
    return np.errstate(invalid="ignore", over="ignore", divide="ignore")
