"""What was deleted lately, for all windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.controllers.controller import Controller
from desktop.controllers.once import Once
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import Tasks
from desktop.domain.errors import QuernError
from desktop.domain.recently_deleted import DeletedKind, Deletion

if TYPE_CHECKING:
    from desktop.core.recently_deleted import RecentlyDeleted


class RecentlyDeletedController(Controller):
    """Shared by all windows.

    Signals:
        listed(list[Deletion]): what can be restored, the newest first; after every change, and as
            answer to `refresh`.
        restored(Sequence[Deletion], QObject): they are back, and who asked for it.
    """

    listed = Signal(object)
    restored = Signal(object, object)

    def __init__(
        self,
        make: Callable[[], RecentlyDeleted],
        list_again: Mapping[DeletedKind, Callable[[], object]],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        """`list_again` is called, by kind, when something of it came back."""
        super().__init__(parent)
        self._deleted = Once(make)
        self._list_again = list_again
        self._tasks = tasks
        self._questions = Questions(tasks)  # so that an older answer never comes after a newer

    def refresh(self) -> None:
        """Answered by `listed`."""
        self._questions.ask(
            "list", lambda: self._deleted().list(), *self.answer("list", self.listed.emit)
        )

    def restore(self, deletions: Sequence[Deletion], origin: QObject) -> None:
        """Bring all of them back, or none; answered by `restored`, or `failed`."""

        def done(_done: object) -> None:
            for kind in {deletion.kind for deletion in deletions}:
                self._list_again[kind]()
            self.restored.emit(deletions, origin)
            self.refresh()

        self._change(lambda: self._deleted().restore(deletions), done)

    def delete_now(self, deletions: Sequence[Deletion]) -> None:
        """Remove them for good; answered by `listed`, or `failed`."""
        self._change(lambda: self._deleted().delete_now(deletions), lambda _done: self.refresh())

    def _change(self, work: Callable[[], object], on_done: Callable[[object], object]) -> None:
        done, fail = self.answer("change", on_done)

        def failed(error: QuernError) -> None:
            fail(error)
            self.refresh()  # something may have been restored or purged elsewhere

        self._tasks.run(work, done, failed)
