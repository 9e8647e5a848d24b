"""How many tokens a text is to the model of a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.models import ModelController
from desktop.engine.protocol import Event, Tokenize, Tokenized


class TokenCounter(QObject):
    """Asks the engine; nothing is loaded for it."""

    _counted = Signal(object)

    def __init__(self, models: ModelController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._counted.connect(self._call)

    def count(self, text: str, then: Callable[[int], object]) -> bool:
        """Call `then` with the number; False when there is no model in memory to ask."""
        if self._models.current is None or self._models.resting:
            return False

        def on_event(event: Event) -> None:
            if isinstance(event, Tokenized):
                number = len(event.tokens)
                self._counted.emit(lambda: then(number))

        self._models.session.ask(lambda number: Tokenize(id=number, text=text), on_event)
        return True

    @Slot(object)
    def _call(self, callback: Callable[[], object]) -> None:
        callback()
