"""How a token is chosen: llama.cpp's samplers one by one, on a copy of the logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.domain.errors import EvaluationFailed
from desktop.domain.next_token import Candidate, SamplerStage
from desktop.domain.sampling import SamplerSettings
from desktop.engine.sampling import Candidates, Link, Logits, TokenIds, chain
from desktop.engine.tokens import Vocabulary

Probabilities = np.ndarray[Any, np.dtype[np.float64]]

ANY_SEED = 0  # nothing here is left to chance


@dataclass(frozen=True, slots=True)
class Choice:
    """A token about to be chosen.

    Attributes:
        logits: the model's, float32 of shape (vocabulary size,).
        before: all tokens of prompt and answer in front of it.
    """

    logits: Logits
    before: Sequence[int]


class Explainer:
    """Says what each sampler leaves of the candidates for a token.

    The samplers are those that answering uses, in the same order and with the same past. A grammar
    or JSON schema is not among them: it forbids tokens before all samplers, but llama.cpp asks it
    only when the token chosen without it is refused. Mirostat, which adapts from token to token,
    is shown as it begins.
    """

    def __init__(self, vocabulary: Vocabulary, context_size: int) -> None:
        self._vocabulary = vocabulary
        self._context_size = context_size

    def stages(
        self, choice: Choice, settings: SamplerSettings, count: int, wanted: Sequence[int]
    ) -> tuple[SamplerStage, ...]:
        """The stage "model", then one for each sampler that acts.

        Of each the likeliest `count` candidates are told, and those of `wanted` that are left.
        Raises: EvaluationFailed for logits that are no numbers.
        """
        if not np.isfinite(choice.logits.max()):
            raise EvaluationFailed(
                "The model produces no usable numbers.",
                "Its file is damaged or was converted wrongly; use another one.",
            )
        everything = _Distribution.of(choice.logits)
        stages = [self._stage("model", everything, None, count, wanted)]
        # What XTC does is decided by chance: both cases are followed, with their probabilities.
        surprise = settings.xtc_probability
        branches = [_Branch(1.0, everything.ids, choice.logits)]
        certain = replace(settings, xtc_probability=1.0) if surprise else settings
        before = everything
        for link in chain(certain, ANY_SEED, self._vocabulary, self._context_size):
            try:
                if not link.name:
                    continue
                for token in choice.before[-link.history :] if link.history else ():
                    llama.llama_sampler_accept(link.handle, token)
                if link.name == "xtc_probability" and surprise < 1:
                    (branch,) = branches
                    branches = [
                        replace(_applied(link, branch, settings), weight=surprise),
                        replace(branch, weight=1 - surprise),
                    ]
                else:
                    branches = [_applied(link, branch, settings) for branch in branches]
            finally:
                llama.llama_sampler_free(link.handle)
            after = _Distribution.mixed(branches, len(choice.logits))
            stages.append(self._stage(link.name, after, before, count, wanted))
            before = after
        return tuple(stages)

    def _stage(
        self,
        name: str,
        after: _Distribution,
        before: _Distribution | None,
        count: int,
        wanted: Sequence[int],
    ) -> SamplerStage:
        cut = None
        if before is not None and len(after.ids) < len(before.ids):
            cut = float(before.by_token[after.ids].min())
        likeliest = after.likeliest(count)
        told = dict.fromkeys([*likeliest, *(token for token in wanted if token in after)])
        return SamplerStage(
            name=name,
            remaining=len(after.ids),
            candidates=tuple(
                Candidate(t, shown_piece(self._vocabulary, t), float(after.by_token[t]))
                for t in told
            ),
            cut=cut,
        )


@dataclass(frozen=True, slots=True)
class _Branch:
    """What is left of the candidates in one course of things, which happens with `weight`."""

    weight: float
    ids: TokenIds
    logits: Logits


@dataclass(frozen=True, slots=True)
class _Distribution:
    """Candidates and their probabilities; `by_token` is 0 for those that are gone."""

    ids: TokenIds
    by_token: Probabilities

    @classmethod
    def of(cls, logits: Logits) -> _Distribution:
        return cls(np.arange(len(logits), dtype=np.int32), softmax(logits))

    @classmethod
    def mixed(cls, branches: Sequence[_Branch], size: int) -> _Distribution:
        by_token = np.zeros(size)
        for branch in branches:
            by_token[branch.ids] += branch.weight * softmax(branch.logits)
        if len(branches) == 1:
            return cls(branches[0].ids, by_token)
        return cls(np.unique(np.concatenate([branch.ids for branch in branches])), by_token)

    def likeliest(self, count: int) -> list[int]:
        """Ids, best first; of equals the smaller id first, as the model numbers them."""
        probabilities = self.by_token[self.ids]
        count = min(count, len(self.ids))
        if count < len(self.ids):
            best = np.argpartition(-probabilities, count)[:count]
        else:
            best = np.arange(count)
        order = np.lexsort((self.ids[best], -probabilities[best]))
        return [int(token) for token in self.ids[best][order]]

    def __contains__(self, token: int) -> bool:
        return bool((self.ids == token).any())


def softmax(logits: Logits) -> Probabilities:
    """Probabilities in double precision."""
    wide = np.exp(logits.astype(np.float64) - float(logits.max()))
    return np.asarray(wide / wide.sum())


def shown_piece(vocabulary: Vocabulary, token: int) -> str:
    r"""The text of a token; bytes that are no whole character as "\\xe2"."""
    return vocabulary.piece(token).decode("utf-8", "backslashreplace")


def _applied(link: Link, branch: _Branch, settings: SamplerSettings) -> _Branch:
    candidates = Candidates(len(branch.ids))
    llama.llama_sampler_apply(link.handle, candidates.load(branch.logits, branch.ids))
    ids, logits = candidates.left()
    if settings.temperature <= 0 and link.name == "temperature":  # greedy only points at one
        only = ids == candidates.selected()
        ids, logits = ids[only], logits[only]
    return _Branch(branch.weight, ids, logits)
