"""Questions that take a moment each and are asked in quick succession."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from desktop.controllers.tasks import ResultT, Tasks
from desktop.domain.errors import QuernError


@dataclass(frozen=True, slots=True)
class _Question:
    work: Callable[[], Any]
    on_done: Callable[[Any], None]
    on_error: Callable[[QuernError], None]


class Questions:
    """Answers one at a time on a worker thread, the newest first, and none twice at once."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._waiting: dict[Hashable, _Question] = {}
        self._asked = False

    def ask(
        self,
        key: Hashable,
        work: Callable[[], ResultT],
        on_done: Callable[[ResultT], None],
        on_error: Callable[[QuernError], None],
    ) -> None:
        """`key` tells whether two questions are the same."""
        self._waiting.pop(key, None)
        self._waiting[key] = _Question(work, on_done, on_error)
        if not self._asked:
            self._next()

    def _next(self) -> None:
        self._asked = bool(self._waiting)
        if not self._asked:
            return
        _, question = self._waiting.popitem()

        def done(answer: object) -> None:
            question.on_done(answer)
            self._next()

        def failed(error: QuernError) -> None:
            question.on_error(error)
            self._next()

        self._tasks.run(question.work, done, failed)
