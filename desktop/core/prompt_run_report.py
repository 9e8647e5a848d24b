"""What a run of a prompt comes to, cell by cell and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from desktop.core.prompt_votes import Vote, vote
from desktop.domain.answer import Answer
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import (
    Changes,
    Place,
    PromptResult,
    PromptRun,
    RunVersion,
    VersionResult,
    changes_between,
    places_of,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of one case with one version and model.

    Attributes:
        results: its answers so far, by sample.
        vote: None while there is no answer.
        passed: whether the answer that won the vote does; None while that is not known, and when
            nothing was expected.
        tokens: of all its answers.
        seconds: of all its answers.
    """

    place: Place
    results: tuple[PromptResult, ...]
    vote: Vote | None
    passed: bool | None
    tokens: int
    seconds: float

    @property
    def answer(self) -> Answer | None:
        """The one that won the vote."""
        return self._winner.answer if self._winner else None

    @property
    def problem(self) -> str:
        """Why an answer is missing, or ""."""
        return next((one.problem for one in self.results if one.problem), "")

    @property
    def score(self) -> float:
        return self._winner.score if self._winner else 0.0

    @property
    def _winner(self) -> PromptResult | None:
        answered = [one for one in self.results if one.answer is not None]
        return answered[self.vote.index] if self.vote else None


@dataclass(frozen=True, slots=True)
class Tally:
    """What one version comes to with all models of a run."""

    version: RunVersion
    passed: int
    judged: int
    asked: int


class PromptRunReport:
    """A run, read for people.

    Args:
        before: what became of the cases with an older version in earlier runs, and its number;
            None when there is none.
    """

    def __init__(
        self,
        title: str,
        run: PromptRun,
        before: tuple[int, Sequence[VersionResult]] | None = None,
    ) -> None:
        self.title = title
        self.run = run
        self._before = before
        by_place: dict[Place, list[PromptResult]] = {}
        for result in run.results:
            by_place.setdefault(result.place, []).append(result)
        self.cells = {
            place: _cell(place, by_place.get(place, []), self.case(place))
            for place in places_of(run.request)
        }

    def case(self, place: Place) -> PromptCase:
        return self.run.request.cases[place.case]

    def number(self, place: Place) -> int:
        """Of the version."""
        return dict(self.run.request.versions)[place.version_id]

    def model(self, place: Place) -> Path:
        return self.run.request.models[place.model]

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """Of each version, newest first."""
        versions = sorted(self.run.request.versions, key=lambda one: -one.number)
        return tuple(self._tally(version) for version in versions)

    def results_of(self, version_id: int) -> tuple[VersionResult, ...]:
        """The cells of a version that were judged."""
        return tuple(
            VersionResult(self.case(place), self.model(place), cell.passed)
            for place, cell in self.cells.items()
            if place.version_id == version_id and cell.passed is not None
        )

    @cached_property
    def change(self) -> tuple[int, int, Changes] | None:
        """Numbers of the two newest versions that can be compared, newer first, and what changed
        between them; None when there is only one."""
        newest, *older = self.tallies
        if older:
            was, number = self.results_of(older[0].version.id), older[0].version.number
        elif self._before is not None:
            number, before = self._before
            was = tuple(before)
        else:
            return None
        changes = changes_between(was, self.results_of(newest.version.id))
        return (newest.version.number, number, changes) if changes.compared else None

    def summary(self) -> str:
        """What came of it, in a sentence or two."""
        newest, *_ = self.tallies
        if not newest.judged:
            return "Nothing was judged so far."
        sentences = [f"Version {newest.version.number} passes {newest.passed} of {newest.judged}"]
        if self.change is not None:
            _, number, found = self.change
            sentences[0] += f"; version {number} passed {found.before}"
            sentences[0] += f" of {found.compared}" if found.compared != newest.judged else ""
            sentences[0] += f": {_count(found.mended, 'mended')}, {_count(found.broken, 'broken')}"
        missing = sum(tally.asked - tally.judged for tally in self.tallies if tally.judged)
        if missing:
            sentences.append(f"{missing} {'is' if missing == 1 else 'are'} not judged")
        return ". ".join(sentences) + "."

    def _tally(self, version: RunVersion) -> Tally:
        cells = [cell for place, cell in self.cells.items() if place.version_id == version.id]
        expected = [cell for cell in cells if self.case(cell.place).expectation is not None]
        judged = [cell for cell in expected if cell.passed is not None]
        passed = sum(1 for cell in judged if cell.passed)
        return Tally(version, passed, len(judged), len(expected))


def _cell(place: Place, results: Sequence[PromptResult], case: PromptCase) -> Cell:
    answered = [one for one in results if one.answer is not None]
    found = None
    if answered:
        found = vote([one.answer.text for one in answered if one.answer], case.expectation)
    passed = answered[found.index].passed if found else None
    if found is None and results:
        passed = results[0].passed
    return Cell(
        place=place,
        results=tuple(results),
        vote=found,
        passed=passed,
        tokens=sum(one.answer.completion_tokens for one in answered if one.answer),
        seconds=sum(one.answer.seconds for one in answered if one.answer),
    )


def _count(ones: Sequence[object], word: str) -> str:
    return f"{len(ones) or 'none'} {word}"
