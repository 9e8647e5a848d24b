"""Content that is made when it is first needed, so that a window is shown sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Content = TypeVar("Content")


class Late(Generic[Content]):
    """What the content is told before it exists is kept, the latest of each kind, and told then."""

    def __init__(self, make: Callable[[], Content]) -> None:
        self._make = make
        self._content: Content | None = None
        self._kept: dict[str, Callable[[Content], object]] = {}

    @property
    def exists(self) -> bool:
        return self._content is not None

    def get(self) -> Content:
        """The content, made now if need be."""
        if self._content is None:
            self._content = self._make()
            kept, self._kept = self._kept, {}
            for say in kept.values():
                say(self._content)
        return self._content

    def tell(self, kind: str, say: Callable[[Content], object]) -> None:
        """Call `say` with the content, now or as soon as there is one."""
        if self._content is None:
            self._kept.pop(kind, None)  # the order of the last calls counts
            self._kept[kind] = say
        else:
            say(self._content)
