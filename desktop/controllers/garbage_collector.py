"""Python's garbage, collected where it can do no harm."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_MS = 2000


class GarbageCollector(QObject):
    """Collects garbage on the window's thread, between two events, and nowhere else.

    Python would collect on whichever thread happens to make an object. Garbage may hold objects of
    Qt, which crashes when they die on another thread than their own, or in the middle of something
    it does with all of them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=LOOK_MS)
        timer.timeout.connect(self.look)
        timer.start()

    @Slot()
    def look(self) -> None:
        """Collect as far as Python itself would have."""
        for generation, (count, threshold) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        ):
            if count > threshold:
                gc.collect(generation)
