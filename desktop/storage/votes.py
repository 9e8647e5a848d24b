"""Blind tests, each order and each vote kept as soon as there is one."""

from __future__ import annotations

import builtins
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from desktop.domain.blind_test import BlindLevel, BlindRequest, BlindTest, Round, Vote
from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.storage.database import Database
from desktop.storage.requests import request_to_text
from desktop.storage.rows import storable
from desktop.storage.sqlite import Connection

_SELECT = "SELECT id, request, created_at FROM blind_tests"
_SELECT_ROUND = (
    "SELECT id, prompt, seed, first, second, first_answer, second_answer, vote, automatic,"
    " created_at, voted_at FROM blind_rounds"
)
_GONE = "This blind test is not there any more."


class StoredVotes:
    """Every method is one transaction and may be called from any thread. Raises: StorageFault."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def take_up(self) -> None:
        """Nobody answers when Quern starts: rounds without answers are forgotten. Those that wait
        for a vote only stay."""
        with self._database.writing() as db:
            db.execute("DELETE FROM blind_rounds WHERE first_answer IS NULL")

    def list(self) -> builtins.list[BlindTest]:
        """Newest first, with their rounds."""
        with self._database.reading() as db:
            rows = db.execute(f"{_SELECT} ORDER BY id DESC").fetchall()
            return [_test_of(db, row) for row in rows]

    def get(self, number: int) -> BlindTest:
        """Raises: InvalidInput when there is none of that number."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} WHERE id = ?", [number]).fetchone()
            if row is None:
                raise InvalidInput(_GONE)
            return _test_of(db, row)

    def add(self, request: BlindRequest) -> BlindTest:
        """A new test."""
        created_at = self._clock()
        with self._database.writing() as db:
            cursor = db.execute(
                "INSERT INTO blind_tests (request, created_at) VALUES (?, ?)",
                [request_to_text(request), created_at],
            )
            number = int(cursor.lastrowid or 0)
        return BlindTest(number, request, created_at=created_at)

    def remove(self, number: int) -> None:
        """A test with all its votes."""
        with self._database.removing() as db:
            db.execute("DELETE FROM blind_tests WHERE id = ?", [number])

    def add_round(self, test: int, prompt: str, seed: int, first: int, second: int) -> Round:
        """Commit to an order, before there are answers. Raises: InvalidInput when the test is not
        there any more."""
        created_at = self._clock()
        prompt = storable(prompt)
        with self._database.writing() as db:
            if db.execute("SELECT 1 FROM blind_tests WHERE id = ?", [test]).fetchone() is None:
                raise InvalidInput(_GONE)
            cursor = db.execute(
                "INSERT INTO blind_rounds (test_id, prompt, seed, first, second, automatic,"
                " created_at, voted_at) VALUES (?, ?, ?, ?, ?, 0, ?, 0)",
                [test, prompt, seed, first, second, created_at],
            )
            number = int(cursor.lastrowid or 0)
        return Round(number, prompt, seed, first, second, created_at=created_at)

    def put_answers(self, number: int, answers: tuple[str, str]) -> Round:
        """Keep both answers of a round. Raises: InvalidInput when it is not there any more."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE blind_rounds SET first_answer = ?, second_answer = ? WHERE id = ?",
                [*(storable(answer) for answer in answers), number],
            )
            return _round(db, number)

    def put_vote(self, number: int, vote: Vote, *, automatic: bool = False) -> Round:
        """Keep a vote. The first one counts: who knows which level it was votes no more.

        Raises: InvalidInput when the round is not there any more.
        """
        with self._database.writing() as db:
            db.execute(
                "UPDATE blind_rounds SET vote = ?, automatic = ?, voted_at = ?"
                " WHERE id = ? AND vote IS NULL AND first_answer IS NOT NULL",
                [vote, automatic, self._clock(), number],
            )
            return _round(db, number)

    def remove_round(self, number: int) -> None:
        """Forget a round that never got its answers."""
        with self._database.writing() as db:
            db.execute("DELETE FROM blind_rounds WHERE id = ? AND first_answer IS NULL", [number])


def _test_of(db: Connection, row: Sequence[Any]) -> BlindTest:
    number, request, created_at = row
    rounds = db.execute(f"{_SELECT_ROUND} WHERE test_id = ? ORDER BY id", [number])
    return BlindTest(
        number, _request_of(json.loads(request)), tuple(map(_round_of, rounds)), created_at
    )


def _round(db: Connection, number: int) -> Round:
    row = db.execute(f"{_SELECT_ROUND} WHERE id = ?", [number]).fetchone()
    if row is None:
        raise InvalidInput(_GONE)
    return _round_of(row)


def _round_of(row: Sequence[Any]) -> Round:
    number, prompt, seed, first, second, one, other, vote, automatic, created_at, voted_at = row
    return Round(
        number,
        prompt,
        seed,
        first,
        second,
        None if one is None else (one, other),
        None if vote is None else Vote(vote),
        bool(automatic),
        created_at,
        voted_at,
    )


def _request_of(values: dict[str, Any]) -> BlindRequest:
    return BlindRequest(
        levels=tuple(
            BlindLevel(Path(level["path"]), level["name"], level["size"])
            for level in values["levels"]
        ),
        prompts=tuple(values["prompts"]),
        sampler=SamplerSettings.from_json(values["sampler"]),
        system_prompt=values["system_prompt"],
        config=LoadConfig(**values["config"]),
    )
