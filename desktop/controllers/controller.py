"""What controllers share: doing something that may fail, and saying so."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, Signal

from desktop.controllers.tasks import ResultT
from desktop.domain.errors import QuernError


class Controller(QObject):
    """An error belongs to the question that it came from. What comes of that question the next time
    ends it; what comes of others does not.

    Signals:
        failed(QuernError): something asked for could not be done.
        mended(QuernError): what failed so is no longer of interest.
    """

    failed = Signal(object)
    mended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failures: dict[Hashable, QuernError] = {}

    def close(self) -> None:
        """Stop what goes on, and wait until it has."""

    def attempt(self, question: Hashable, action: Callable[[], object]) -> bool:
        """Do `action`; False, with `failed`, when it could not be done."""
        try:
            action()
        except QuernError as error:
            self.fail(question, error)
            return False
        self.mend(question)
        return True

    def answer(
        self, question: Hashable, on_done: Callable[[ResultT], object]
    ) -> tuple[Callable[[ResultT], None], Callable[[QuernError], None]]:
        """What to do with an answer, and what with the error that comes in its place: for work on
        another thread."""

        def done(result: ResultT) -> None:
            self.mend(question)
            on_done(result)

        def failed(error: QuernError) -> None:
            self.fail(question, error)

        return done, failed

    def fail(self, question: Hashable, error: QuernError) -> None:
        """Tell that `question` has no answer."""
        self.mend(question)
        self._failures[question] = error
        self.failed.emit(error)

    def mend(self, *questions: Hashable) -> None:
        """What these questions failed at is over."""
        for question in questions:
            error = self._failures.pop(question, None)
            if error is not None:
                self.mended.emit(error)
