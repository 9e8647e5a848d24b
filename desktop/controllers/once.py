"""What is made when it is first asked for, on whichever thread that is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Once(Generic[Made]):
    """Call it for the object. What making it raises goes on to the caller, and the next one tries
    again.

    Args:
        begin: what is done with the object before anybody gets it.
    """

    def __init__(
        self, make: Callable[[], Made], begin: Callable[[Made], object] = lambda _made: None
    ) -> None:
        self._make = make
        self._begin = begin
        self._lock = threading.Lock()
        self._made: Made | None = None

    def __call__(self) -> Made:
        with self._lock:
            if self._made is None:
                made = self._make()
                self._begin(made)
                self._made = made
            return self._made
