"""What controllers share: doing something that may fail, and saying so."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop.domain.errors import QuernError


class Controller(QObject):
    """Signals:
    failed(QuernError): something asked for could not be done.
    mended: now it could; what failed before is no longer of interest.
    """

    failed = Signal(object)
    mended = Signal()

    def mend_by(self, *answers: SignalInstance) -> None:
        """What failed before is mended with each of `answers`."""
        for answer in answers:
            answer.connect(self.mended)

    def close(self) -> None:
        """Stop what goes on, and wait until it has."""

    def attempt(self, action: Callable[[], object]) -> bool:
        """Do `action`; False, with `failed`, when it could not be done."""
        try:
            action()
        except QuernError as error:
            self.failed.emit(error)
            return False
        return True
