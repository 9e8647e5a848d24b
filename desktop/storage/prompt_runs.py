"""Cases of prompts and runs over them, each answer kept as soon as it is there."""

from __future__ import annotations

import builtins
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import (
    Place,
    PromptResult,
    PromptRun,
    PromptRunRequest,
    RunModel,
    RunVersion,
)
from desktop.storage.requests import request_to_text
from desktop.storage.rows import storable, to_text
from desktop.storage.runs import StoredRuns
from desktop.storage.sqlite import Connection

_SELECT = "SELECT id, request, state, problem, advice, created_at FROM prompt_runs"


class StoredPromptRuns(StoredRuns):
    """Runs of prompts with their results, and the cases they are tried with."""

    _table = "prompt_runs"

    # --- cases ------------------------------------------------------------------------------

    def cases(self, prompt_id: int) -> builtins.list[PromptCase]:
        """Of a prompt, in the order they were made."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT id, name, field_values, expectation FROM prompt_cases"
                " WHERE prompt_id = ? ORDER BY id",
                [prompt_id],
            ).fetchall()
        return [
            PromptCase(
                name, json.loads(values), _expectation_of(json.loads(wanted or "null")), number
            )
            for number, name, values, wanted in rows
        ]

    def save_case(self, prompt_id: int, case: PromptCase) -> PromptCase:
        """Add a case, or replace the one of its id. Raises: InvalidInput when that is gone."""
        wanted = case.expectation
        texts = [
            storable(case.name),
            to_text(dict(case.values)),
            None if wanted is None else request_to_text(wanted),
        ]
        with self._database.writing() as db:
            if case.id:
                cursor = db.execute(
                    "UPDATE prompt_cases SET name = ?, field_values = ?, expectation = ?"
                    " WHERE id = ? AND prompt_id = ?",
                    [*texts, case.id, prompt_id],
                )
                if cursor.rowcount == 0:
                    raise InvalidInput("This case is not there any more.")
                return case
            cursor = db.execute(
                "INSERT INTO prompt_cases (name, field_values, expectation, prompt_id)"
                " VALUES (?, ?, ?, ?)",
                [*texts, prompt_id],
            )
            return replace(case, id=int(cursor.lastrowid or 0))

    def add_cases(self, prompt_id: int, cases: Sequence[PromptCase]) -> None:
        """Add cases, all or none; ids they had elsewhere do not count."""
        with self._database.writing():
            for case in cases:
                self.save_case(prompt_id, replace(case, id=0))

    def remove_case(self, case_id: int) -> None:
        """Forget a case; results of runs with it stay."""
        with self._database.removing() as db:
            db.execute("DELETE FROM prompt_cases WHERE id = ?", [case_id])

    # --- runs -------------------------------------------------------------------------------

    def list(self, prompt_id: int) -> builtins.list[PromptRun]:
        """Runs of a prompt, newest first, without their results."""
        with self._database.reading() as db:
            rows = db.execute(
                f"{_SELECT} WHERE prompt_id = ? ORDER BY id DESC", [prompt_id]
            ).fetchall()
            return [_run_of(db, row) for row in rows]

    def get(self, number: int) -> PromptRun:
        """With its results. Raises: InvalidInput when there is none of that number."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} WHERE id = ?", [number]).fetchone()
            if row is None:
                raise InvalidInput("This run is not there any more.")
            return replace(_run_of(db, row), results=_results_of(db, number))

    def add(self, request: PromptRunRequest) -> PromptRun:
        """A new run, WAITING."""
        created_at = self._clock()
        with self._database.writing() as db:
            cursor = db.execute(
                "INSERT INTO prompt_runs (prompt_id, request, state, problem, advice, created_at)"
                " VALUES (?, ?, ?, '', '', ?)",
                [request.prompt_id, request_to_text(request), JobState.WAITING, created_at],
            )
            number = int(cursor.lastrowid or 0)
        models = tuple(RunModel(path) for path in request.models)
        return PromptRun(number, request, JobState.WAITING, models, created_at=created_at)

    def update(self, number: int, state: JobState, problem: str = "", advice: str = "") -> None:
        """Keep how a run stands."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE prompt_runs SET state = ?, problem = ?, advice = ? WHERE id = ?",
                [state, storable(problem), storable(advice), number],
            )

    def put_model(self, number: int, position: int, model: RunModel) -> None:
        """Keep what is wrong with a model, or that nothing is any more."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO prompt_run_models VALUES (?, ?, ?, ?)",
                [number, position, storable(model.problem), storable(model.advice)],
            )

    def put_result(self, number: int, result: PromptResult) -> None:
        """Keep one answer; one that is there is replaced."""
        passed = None if result.passed is None else int(result.passed)
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO prompt_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(number, *result.place, result.sample, answer_to_text(result.answer)),
                    *(passed, result.score, storable(result.problem)),
                ],
            )


def answer_to_text(answer: Answer | None) -> str | None:
    """An answer as it is stored."""
    return None if answer is None else to_text(asdict(answer))


def answer_of(text: str | None) -> Answer | None:
    """From what `answer_to_text` made."""
    if text is None:
        return None
    values = json.loads(text)
    return Answer(**values | {"stop_reason": StopReason(values["stop_reason"])})


def _run_of(db: Connection, row: Sequence[Any]) -> PromptRun:
    number, request_text, state, problem, advice, created_at = row
    request = _request_of(json.loads(request_text))
    troubles = {
        position: (trouble, way_on)
        for position, trouble, way_on in db.execute(
            "SELECT position, problem, advice FROM prompt_run_models WHERE run_id = ?", [number]
        )
    }
    return PromptRun(
        id=number,
        request=request,
        state=JobState(state),
        models=tuple(
            RunModel(path, *troubles.get(position, ("", "")))
            for position, path in enumerate(request.models)
        ),
        problem=problem,
        advice=advice,
        created_at=created_at,
    )


def _results_of(db: Connection, number: int) -> tuple[PromptResult, ...]:
    rows = db.execute(
        "SELECT version_id, model, case_position, sample, answer, passed, score, problem"
        " FROM prompt_results WHERE run_id = ? ORDER BY model, version_id, case_position, sample",
        [number],
    )
    return tuple(
        PromptResult(
            Place(version_id, model, case),
            sample,
            answer_of(answer),
            None if passed is None else bool(passed),
            score,
            said,
        )
        for version_id, model, case, sample, answer, passed, score, said in rows
    )


def _request_of(values: dict[str, Any]) -> PromptRunRequest:
    return PromptRunRequest(
        prompt_id=values["prompt_id"],
        versions=tuple(RunVersion(*version) for version in values["versions"]),
        cases=tuple(
            PromptCase(
                case["name"], case["values"], _expectation_of(case["expectation"]), case["id"]
            )
            for case in values["cases"]
        ),
        models=tuple(map(Path, values["models"])),
        samples=values["samples"],
    )


def _expectation_of(values: dict[str, Any] | None) -> Expectation | None:
    return None if values is None else Expectation(**values | {"rule": MatchRule(values["rule"])})
