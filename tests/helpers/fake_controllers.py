"""Controllers that do nothing by themselves, and note what they are asked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import Conversation
from tests.helpers.comparison_data import conversations


class Noting(QObject):
    """Notes the calls of every method it does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, tuple[object, ...]]] = []

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *values: self.asked.append((name, values))

    def last(self, name: str) -> tuple:
        """What the method was last called with."""
        return next(values for asked, values in reversed(self.asked) if asked == name)

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


class FakeQuantization(Noting):
    """A QuantizationController that does nothing by itself."""

    source_known = Signal(object, object)
    source_refused = Signal(object, object)
    memory_known = Signal(object, object)
    words_known = Signal(object)
    sizes_known = Signal(object, object, object)
    dry_run_failed = Signal(object, object, object)
    planned = Signal(object, object)
    plan_failed = Signal(object, object)
    space_known = Signal(object, object)
    listed = Signal(object)
    changed = Signal(object)
    finished = Signal(object)
    results_known = Signal(object)


class FakeLibrary(Noting):
    """A LibraryController that does nothing by itself."""

    listed = Signal(object)


class FakeKeptRuns(Noting):
    """A KeptRunsController that does nothing by itself."""

    failed = Signal(object)
    listed = Signal(object)
    begun = Signal(int)
    progressed = Signal(int, object, object)
    results_known = Signal(object)
    exported = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self.running: int | None = None


class FakeComparisons(FakeKeptRuns):
    """A ComparisonController that does nothing by itself."""

    base_known = Signal(object, object)
    base_refused = Signal(object, object)
    levels_known = Signal(object, object, object)
    levels_refused = Signal(object, object, object)
    chunks_known = Signal(object, object, int)
    chunks_unknown = Signal(object, object, object)
    pace_known = Signal(object)
    space_known = Signal(object, object)


class FakeConversations(Noting):
    """A ConversationsController that knows a few conversations."""

    listed = Signal(object)

    def listed_now(self) -> list[Conversation]:
        return conversations()
