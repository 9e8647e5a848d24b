"""Runs of task sets and needles, each answer kept as soon as it is there."""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import AskedModel, RunRequest, TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_set import TaskSet
from desktop.storage.rows import storable, to_text
from desktop.storage.runs import StoredRuns
from desktop.storage.sqlite import Connection
from desktop.storage.tasks import tasks_from_json, tasks_to_json

_SELECT = "SELECT id, kind, request, state, problem, advice, facts, created_at FROM task_runs"


class StoredTaskRuns(StoredRuns):
    """Runs of task sets and of the needle, with their answers."""

    _table = "task_runs"

    def list(self) -> builtins.list[TaskRun]:
        """Newest first, with their answers but not the texts of them."""
        with self._database.reading() as db:
            rows = db.execute(f"{_SELECT} ORDER BY id DESC").fetchall()
            return [_run_of(db, row, texts=False) for row in rows]

    def get(self, number: int) -> TaskRun:
        """With every answer. Raises: InvalidInput when there is none of that number."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} WHERE id = ?", [number]).fetchone()
            if row is None:
                raise InvalidInput("This run is not there any more.")
            return _run_of(db, row, texts=True)

    def add(self, request: RunRequest, models: Sequence[AskedModel]) -> TaskRun:
        """A new run, WAITING."""
        created_at = self._clock()
        kind = "tasks" if isinstance(request, TaskRequest) else "needle"
        with self._database.writing() as db:
            cursor = db.execute(
                "INSERT INTO task_runs (kind, request, state, problem, advice, facts, created_at)"
                " VALUES (?, ?, ?, '', '', '{}', ?)",
                [kind, to_text(_to_json(request)), JobState.WAITING, created_at],
            )
            number = int(cursor.lastrowid or 0)
            for model in models:
                db.execute(
                    "INSERT INTO asked_models VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        *(number, model.position, storable(model.name), storable(str(model.path))),
                        *(model.bytes, storable(model.problem), storable(model.advice)),
                    ],
                )
        return TaskRun(number, request, JobState.WAITING, tuple(models), created_at=created_at)

    def update(
        self, number: int, state: JobState, facts: Mapping[str, str], problem: str, advice: str
    ) -> None:
        """Keep how it stands."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE task_runs SET state = ?, facts = ?, problem = ?, advice = ? WHERE id = ?",
                [state, to_text(dict(facts)), storable(problem), storable(advice), number],
            )

    def update_model(self, number: int, model: AskedModel) -> None:
        """Keep what is known of a model: size and problem."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE asked_models SET bytes = ?, problem = ?, advice = ?"
                " WHERE run_id = ? AND position = ?",
                [
                    *(model.bytes, storable(model.problem), storable(model.advice)),
                    *(number, model.position),
                ],
            )

    def put_answer(self, number: int, position: int, answer: TaskAnswer) -> None:
        """Keep one answer; one that is there is replaced."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO task_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(number, position, answer.task, storable(answer.text), answer.passed),
                    *(answer.score, storable(answer.problem), answer.cut),
                    *(answer.completion_tokens, answer.ttft_ms, answer.tokens_per_second),
                    answer.seconds,
                ],
            )


def _run_of(db: Connection, row: Sequence[Any], *, texts: bool) -> TaskRun:
    number, kind, request, state, problem, advice, facts, created_at = row
    return TaskRun(
        id=number,
        request=_request_of(kind, json.loads(request)),
        state=JobState(state),
        models=_models(db, number, texts=texts),
        problem=problem,
        advice=advice,
        facts=json.loads(facts),
        created_at=created_at,
    )


def _models(db: Connection, number: int, *, texts: bool) -> tuple[AskedModel, ...]:
    rows = db.execute(
        "SELECT position, name, path, bytes, problem, advice FROM asked_models"
        " WHERE run_id = ? ORDER BY position",
        [number],
    )
    models = [
        AskedModel(position, name, Path(path), size, problem, advice)
        for position, name, path, size, problem, advice in rows
    ]
    return tuple(
        replace(model, answers=_answers(db, number, model.position, texts=texts))
        for model in models
    )


def _answers(db: Connection, number: int, position: int, *, texts: bool) -> dict[int, TaskAnswer]:
    rows = db.execute(
        "SELECT task, CASE WHEN ? THEN text ELSE '' END, passed, score, problem, cut,"
        " completion_tokens, ttft_ms, tokens_per_second, seconds FROM task_answers"
        " WHERE run_id = ? AND position = ? ORDER BY task",
        [texts, number, position],
    )
    return {
        task: TaskAnswer(task, said, bool(passed), score, problem, bool(cut), *numbers)
        for task, said, passed, score, problem, cut, *numbers in rows
    }


def _to_json(request: RunRequest) -> dict[str, Any]:
    values: dict[str, Any] = {
        "models": [str(path) for path in request.models],
        "threads": request.threads,
    }
    if isinstance(request, NeedleRequest):
        return values | {
            "lengths": request.lengths,
            "depths": request.depths,
            "repeats": request.repeats,
        }
    return values | {
        "name": request.set.name,
        "system_prompt": request.set.system_prompt,
        "tasks": tasks_to_json(request.set.tasks),
        "max_tokens": request.max_tokens,
    }


def _request_of(kind: str, values: dict[str, Any]) -> RunRequest:
    models, threads = tuple(map(Path, values["models"])), values["threads"]
    if kind == "needle":
        return NeedleRequest(
            models, tuple(values["lengths"]), values["depths"], values["repeats"], threads
        )
    tasks = TaskSet(values["name"], tasks_from_json(values["tasks"]), values["system_prompt"])
    return TaskRequest(tasks, models, values["max_tokens"], threads)
