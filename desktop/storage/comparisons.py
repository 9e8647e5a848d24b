"""Comparisons of levels, each chunk and run kept as soon as it is measured."""

from __future__ import annotations

import builtins
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.domain.comparison import (
    ComparedModel,
    Comparison,
    ComparisonRequest,
    EvaluationText,
    Part,
    SpeedRun,
    TextKind,
)
from desktop.domain.errors import InvalidInput
from desktop.domain.evaluation import ChunkScores
from desktop.domain.job import JobState
from desktop.storage.requests import options_of, request_to_text
from desktop.storage.rows import storable, to_text
from desktop.storage.runs import StoredRuns
from desktop.storage.sqlite import Connection

_SELECT = "SELECT id, request, state, problem, advice, facts, created_at FROM comparisons"


class StoredComparisons(StoredRuns):
    """Comparisons, with what was measured of each model."""

    _table = "comparisons"

    def list(self) -> builtins.list[Comparison]:
        """Newest first, without chunks and runs."""
        with self._database.reading() as db:
            rows = db.execute(f"{_SELECT} ORDER BY id DESC").fetchall()
            return [replace(_comparison_of(row), models=_models(db, row[0])) for row in rows]

    def get(self, number: int) -> Comparison:
        """With everything measured. Raises: InvalidInput when there is none of that number."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} WHERE id = ?", [number]).fetchone()
            if row is None:
                raise InvalidInput("This comparison is not there any more.")
            models = tuple(
                replace(
                    model,
                    chunks=_chunks(db, number, model.position),
                    runs=_runs(db, number, model.position),
                )
                for model in _models(db, number)
            )
        return replace(_comparison_of(row), models=models)

    def add(self, request: ComparisonRequest, models: Sequence[ComparedModel]) -> Comparison:
        """A new comparison, WAITING, with the rows that are to be measured."""
        created_at = self._clock()
        with self._database.writing() as db:
            cursor = db.execute(
                "INSERT INTO comparisons (request, state, problem, advice, facts, created_at)"
                " VALUES (?, ?, '', '', '{}', ?)",
                [request_to_text(request), JobState.WAITING, created_at],
            )
            number = int(cursor.lastrowid or 0)
            for model in models:
                db.execute(
                    "INSERT INTO compared_models VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        *(number, model.position, model.part, storable(model.name)),
                        *(storable(str(model.path)), model.made, model.bytes),
                        *(model.bits_per_weight, storable(model.problem), storable(model.advice)),
                    ],
                )
        return Comparison(
            number, request, JobState.WAITING, models=tuple(models), created_at=created_at
        )

    def update(
        self, number: int, state: JobState, facts: Mapping[str, str], problem: str, advice: str
    ) -> None:
        """Keep how it stands."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE comparisons SET state = ?, facts = ?, problem = ?, advice = ? WHERE id = ?",
                [state, to_text(dict(facts)), storable(problem), storable(advice), number],
            )

    def update_model(self, number: int, model: ComparedModel) -> None:
        """Keep what is known of a row: size, bits and problem."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE compared_models SET bytes = ?, bits_per_weight = ?, problem = ?,"
                " advice = ? WHERE comparison_id = ? AND position = ?",
                [
                    *(model.bytes, model.bits_per_weight, storable(model.problem)),
                    *(storable(model.advice), number, model.position),
                ],
            )

    def put_chunk(self, number: int, position: int, chunk: int, scores: ChunkScores) -> None:
        """Keep one chunk of a row; one that is there is replaced."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO compared_chunks VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    *(number, position, chunk, _packed(scores.losses, "d")),
                    *(_packed(scores.divergences, "f"), _packed(scores.changes, "f")),
                    scores.same_top,
                ],
            )

    def add_run(self, number: int, position: int, run: SpeedRun) -> None:
        """Keep one run of a row."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO compared_runs (comparison_id, position, prompt_tokens, tokens,"
                " prompt_seconds, seconds, peak_memory) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    *(number, position, run.prompt_tokens, run.tokens, run.prompt_seconds),
                    *(run.seconds, run.peak_memory),
                ],
            )


def _models(db: Connection, number: int) -> tuple[ComparedModel, ...]:
    rows = db.execute(
        "SELECT position, part, name, path, made, bytes, bits_per_weight, problem, advice"
        " FROM compared_models WHERE comparison_id = ? ORDER BY position",
        [number],
    )
    return tuple(
        ComparedModel(
            *(position, Part(part), name, Path(path), bool(made), size, bits, problem, advice)
        )
        for position, part, name, path, made, size, bits, problem, advice in rows
    )


def _chunks(db: Connection, number: int, position: int) -> dict[int, ChunkScores]:
    rows = db.execute(
        "SELECT chunk, losses, divergences, changes, same_top FROM compared_chunks"
        " WHERE comparison_id = ? AND position = ? ORDER BY chunk",
        [number, position],
    )
    return {
        chunk: ChunkScores(
            *(_unpacked(losses, "d"), _unpacked(divergences, "f"), _unpacked(changes, "f")), same
        )
        for chunk, losses, divergences, changes, same in rows
    }


def _runs(db: Connection, number: int, position: int) -> tuple[SpeedRun, ...]:
    rows = db.execute(
        "SELECT prompt_tokens, tokens, prompt_seconds, seconds, peak_memory FROM compared_runs"
        " WHERE comparison_id = ? AND position = ? ORDER BY id",
        [number, position],
    )
    return tuple(SpeedRun(*row) for row in rows)


def _packed(values: Sequence[float], kind: str) -> bytes:
    return struct.pack(f"<{len(values)}{kind}", *values)


def _unpacked(data: bytes, kind: str) -> tuple[float, ...]:
    return struct.unpack(f"<{len(data) // struct.calcsize(kind)}{kind}", data)


def _comparison_of(row: Sequence[Any]) -> Comparison:
    number, request, state, problem, advice, facts, created_at = row
    return Comparison(
        id=number,
        request=_request_of(json.loads(request)),
        state=JobState(state),
        problem=problem,
        advice=advice,
        facts=json.loads(facts),
        created_at=created_at,
    )


def _request_of(values: dict[str, Any]) -> ComparisonRequest:
    text, folder = values["text"], values["folder"]
    return ComparisonRequest(
        base=Path(values["base"]),
        files=tuple(map(Path, values["files"])),
        levels=tuple(values["levels"]),
        folder=Path(folder) if folder else None,
        options=options_of(values["options"]),
        text=EvaluationText(
            TextKind(text["kind"]), tuple(map(Path, text["paths"])), tuple(text["conversations"])
        ),
        chunks=values["chunks"],
        context=values["context"],
        threads=values["threads"],
    )
