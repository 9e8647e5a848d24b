"""Content that takes long to make, made in steps with the window's other events between them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

Content = TypeVar("Content")


class Gradual(QObject, Generic[Content]):
    """Made when it is started or asked for.

    Args:
        make: yields between its steps and returns the content. Called once.
    """

    def __init__(self, make: Callable[[], Generator[None, None, Content]], parent: QObject) -> None:
        super().__init__(parent)
        self._make = make
        self._steps: Generator[None, None, Content] | None = None
        self._content: Content | None = None
        self._kept: list[Callable[[Content], object]] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)

    @property
    def exists(self) -> bool:
        return self._content is not None

    def start(self) -> None:
        """Make it from now on, a step with each turn of the event loop."""
        if self._content is None:
            self._timer.start(0)

    def get(self) -> Content:
        """The content; what is missing of it is made now."""
        while self._content is None:
            self._step()
        return self._content

    def tell(self, say: Callable[[Content], object]) -> None:
        """Call `say` with the content, now or as soon as it is made, which begins now."""
        if self._content is None:
            self._kept.append(say)
            self.start()
        else:
            say(self._content)

    def _step(self) -> None:
        if self._steps is None:
            self._steps = self._make()
        try:
            next(self._steps)
        except StopIteration as end:
            self._timer.stop()
            self._content = end.value
            kept, self._kept = self._kept, []
            for say in kept:
                say(end.value)
        except Exception:
            self._timer.stop()
            self._steps = None  # whoever asks next has it made anew
            raise
