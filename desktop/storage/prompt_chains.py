"""Chains of prompts that were run, each step kept as soon as it is there."""

from __future__ import annotations

import builtins
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.domain.job import JobState
from desktop.domain.prompt_run import ChainRequest, ChainRun, ChainStepResult
from desktop.storage.prompt_runs import answer_of, answer_to_text
from desktop.storage.requests import request_to_text
from desktop.storage.rows import storable, to_text
from desktop.storage.runs import StoredRuns
from desktop.storage.sqlite import Connection


class StoredPromptChains(StoredRuns):
    """Runs of chains, with what came of each step."""

    _table = "prompt_chain_runs"

    def list(self, prompt_id: int) -> builtins.list[ChainRun]:
        """Runs of the chain that begins with a prompt, newest first, with their steps."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT id, request, titles, state, problem, advice, created_at"
                " FROM prompt_chain_runs WHERE prompt_id = ? ORDER BY id DESC",
                [prompt_id],
            ).fetchall()
            return [_run_of(db, row) for row in rows]

    def add(self, request: ChainRequest, titles: Sequence[str]) -> ChainRun:
        """A new run, RUNNING. `titles` are those of the prompts."""
        created_at = self._clock()
        with self._database.writing() as db:
            cursor = db.execute(
                "INSERT INTO prompt_chain_runs"
                " (prompt_id, request, titles, state, problem, advice, created_at)"
                " VALUES (?, ?, ?, ?, '', '', ?)",
                [
                    *(request.prompt_id, request_to_text(request), to_text([*titles])),
                    *(JobState.RUNNING, created_at),
                ],
            )
            number = int(cursor.lastrowid or 0)
        return ChainRun(number, request, tuple(titles), JobState.RUNNING, created_at=created_at)

    def update(self, run: ChainRun) -> None:
        """Keep how a run stands."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE prompt_chain_runs SET state = ?, problem = ?, advice = ? WHERE id = ?",
                [run.state, storable(run.problem), storable(run.advice), run.id],
            )

    def put_step(self, number: int, position: int, step: ChainStepResult) -> None:
        """Keep a step of a run."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO prompt_chain_steps VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(number, position, storable(step.title), step.version_id),
                    *(storable(step.text), storable(step.system_prompt)),
                    *(answer_to_text(step.answer), storable(step.problem)),
                ],
            )


def _run_of(db: Connection, row: Sequence[Any]) -> ChainRun:
    number, request, titles, state, problem, advice, created_at = row
    steps = db.execute(
        "SELECT title, version_id, text, system_prompt, answer, problem FROM prompt_chain_steps"
        " WHERE run_id = ? ORDER BY position",
        [number],
    )
    values = json.loads(request)
    return ChainRun(
        id=number,
        request=ChainRequest(values["prompt_id"], Path(values["model"]), values["values"]),
        titles=tuple(json.loads(titles)),
        state=JobState(state),
        steps=tuple(
            ChainStepResult(title, version_id, text, system, answer_of(answer), trouble)
            for title, version_id, text, system, answer, trouble in steps
        ),
        problem=problem,
        advice=advice,
        created_at=created_at,
    )
