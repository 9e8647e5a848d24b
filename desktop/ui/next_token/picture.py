"""What is drawn of a choice: candidates in a row, before and after, and where they are cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.next_token import Candidate, NextToken, SamplerStage

# These keep the likeliest; what others take away may stand anywhere.
CUTTING = frozenset({"top_n_sigma", "top_k", "top_p", "min_p", "mirostat"})


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate. `after` is None when it cannot be chosen any more."""

    id: int
    text: str
    before: float
    after: float | None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Where samplers cut: behind the first `rows` rows, perhaps all of them. `left`: name of each
    and how many candidates it leaves."""

    rows: int
    left: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        others: how many candidates were there before and have no row; `share`: their probability.
        most_cuts: how many cuts there can be, however settings move.
    """

    rows: tuple[Row, ...]
    cuts: tuple[Cut, ...]
    others: int
    share: float
    most_cuts: int


def picture_of(token: NextToken, name: str, most: int) -> Picture:
    """What the sampler `name` does, or, for "", all of them together; `most` rows and perhaps one
    for the token that was chosen."""
    names = [stage.name for stage in token.stages]
    at = names.index(name) if name in names else None
    if at is None:
        before, after = token.stages[0], token.stages[-1]
        cutting = token.stages[1:]
    else:
        before, after = token.stages[max(at - 1, 0)], token.stages[at]
        cutting = token.stages[at : at + 1]
    cutting = tuple(stage for stage in cutting if stage.name in CUTTING)
    chosen = token.chosen.id if token.chosen is not None else None
    candidates = list(before.candidates[:most])
    candidates += [c for c in before.candidates[most:] if c.id == chosen]
    rows = tuple(_row(candidate, before, after, chosen) for candidate in candidates)
    return Picture(
        rows=rows,
        cuts=_cuts(rows, cutting),
        others=before.remaining - len(rows),
        share=max(0.0, 1.0 - sum(row.before for row in rows)),
        most_cuts=len(cutting),
    )


def _row(
    candidate: Candidate, before: SamplerStage, after: SamplerStage, chosen: int | None
) -> Row:
    left = {other.id: other.probability for other in after.candidates}
    probability = left.get(candidate.id)
    if probability is None and _may_be_left(candidate, before, after):
        probability = 0.0
    return Row(
        candidate.id, candidate.text, candidate.probability, probability, candidate.id == chosen
    )


def _may_be_left(candidate: Candidate, before: SamplerStage, after: SamplerStage) -> bool:
    """Whether a candidate that is not told of the stage `after` is only too unlikely for that."""
    if after.remaining <= len(after.candidates):
        return False
    return after.remaining == before.remaining or (
        after.cut is not None and candidate.probability >= after.cut
    )


def _cuts(rows: Sequence[Row], stages: Sequence[SamplerStage]) -> tuple[Cut, ...]:
    """Cuts at the same place are one."""
    found: dict[int, Cut] = {}
    for stage in stages:
        if stage.cut is None:
            continue
        left = {candidate.id for candidate in stage.candidates}
        if stage.remaining > len(stage.candidates):
            at = len(rows)
        else:
            at = max((n + 1 for n, row in enumerate(rows) if row.id in left), default=0)
        others = found[at].left if at in found else ()
        found[at] = Cut(at, (*others, (stage.name, stage.remaining)))
    return tuple(found[at] for at in sorted(found))
