"""The prompt library, for all windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from desktop.controllers.controller import Controller
from desktop.controllers.once import Once
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import ResultT, Tasks
from desktop.controllers.undo import Undo
from desktop.domain.conversation import Message
from desktop.domain.errors import InvalidInput, QuernError
from desktop.domain.prompt import Prompt, PromptDraft, PromptHit, PromptQuery, PromptVersion

if TYPE_CHECKING:
    from desktop.core.prompt_diff import PartDiff
    from desktop.core.prompt_drafts import PromptDrafts
    from desktop.core.prompt_library import PromptLibrary

NEW = 0  # the id that stands for a prompt that was never saved


class PromptsController(Controller):
    """Listing, editing, versions, deleting and undoing it, import and export.

    Signals:
        listed(PromptQuery, list[PromptHit], QObject): an answer, and who asked.
        filters_known(list[str], list[tuple[str, int]]): the folders, and the tags with their
            numbers of prompts.
        changed(): prompts came, went or changed; lists should be asked for again.
        opened(Prompt | None, PromptDraft | None, QObject): a prompt (None: a new one), what of it
            is not saved yet, and who asked.
        saved(int, Prompt, QObject): a prompt was saved that had this id before, and by whom.
        updated(Prompt): a prompt changed otherwise.
        kept(Prompt, QObject): messages were made a prompt, and who asked for it.
        removed(int): it is gone.
        drafts_changed(set[int]): which prompts have changes that are not saved.
        versions_known(int, list[PromptVersion]): of the prompt with this id, the newest first.
        undo_offered(str, Undo): something was deleted or hidden, and what brings it back.

    Attributes:
        library: gives the library itself; takes a moment the first time. For any thread.
    """

    listed = Signal(object, object, object)
    filters_known = Signal(object, object)
    changed = Signal()
    opened = Signal(object, object, object)
    saved = Signal(int, object, object)
    updated = Signal(object)
    kept = Signal(object, object)
    removed = Signal(int)
    drafts_changed = Signal(object)
    versions_known = Signal(int, object)
    undo_offered = Signal(str, object)

    def __init__(
        self,
        make_library: Callable[[], PromptLibrary],
        make_drafts: Callable[[], PromptDrafts],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        """The library and the drafts are made, and our prompts brought up to date, when something
        is first asked of them."""
        super().__init__(parent)
        self.library = Once(make_library, self._bring_up_to_date)
        self._drafts = Once(make_drafts)
        self._tasks = tasks
        self._questions = Questions(tasks)

    # --- looking ----------------------------------------------------------------------------

    def list(self, query: PromptQuery, origin: QObject) -> None:
        """Answered by `listed`; of several questions of one kind only the last is answered."""

        def done(hits: Sequence[PromptHit]) -> None:
            self.listed.emit(query, hits, origin)

        self._questions.ask(
            ("list", id(origin)), lambda: self.library().list(query), *self.answer("list", done)
        )

    def look_at_filters(self) -> None:
        """Answered by `filters_known`."""

        def done(known: tuple[object, object]) -> None:
            self.filters_known.emit(*known)

        self._questions.ask(
            "filters",
            lambda: (self.library().folders(), self.library().tags()),
            *self.answer("filters", done),
        )

    def open(self, prompt_id: int, origin: QObject) -> None:
        """Answered by `opened`; NEW is the prompt that was never saved."""

        def read() -> tuple[Prompt | None, PromptDraft | None]:
            prompt = self.library().get(prompt_id) if prompt_id != NEW else None
            return prompt, self._drafts().get(prompt_id)

        def done(found: tuple[Prompt | None, PromptDraft | None]) -> None:
            self.opened.emit(*found, origin)

        self._tasks.run(read, *self.answer("open", done))

    def ask(self, prompt_id: int, then: Callable[[Prompt], object], origin: QObject) -> None:
        """Call `then` with a prompt as it is saved, if `origin` is still there."""
        self._ask(lambda: self.library().get(prompt_id), then, origin)

    def ask_by_key(
        self, key: str, then: Callable[[Prompt | None], object], origin: QObject
    ) -> None:
        """Call `then` with the prompt that has this key, or None, if `origin` is still there."""
        self._ask(lambda: self.library().by_key(key), then, origin)

    def ask_version(
        self,
        version_id: int,
        then: Callable[[tuple[Prompt, PromptVersion]], object],
        origin: QObject,
    ) -> None:
        """Call `then` with a version and its prompt, if `origin` and the prompt are still there."""

        def read() -> tuple[Prompt, PromptVersion] | None:
            try:
                version = self.library().version(version_id)
                return self.library().get(version.prompt_id), version
            except InvalidInput:  # it was deleted
                return None

        self._ask(read, lambda found: then(found) if found else None, origin)

    def look_at_versions(self, prompt_id: int) -> None:
        """Answered by `versions_known`."""
        self._tasks.run(
            lambda: self.library().versions(prompt_id),
            *self.answer(
                "versions", lambda versions: self.versions_known.emit(prompt_id, versions)
            ),
        )

    def ask_difference(
        self,
        old: PromptVersion,
        new: PromptVersion,
        then: Callable[[tuple[PartDiff, ...]], object],
        origin: QObject,
    ) -> None:
        """Call `then` with what of `new` is different from `old`, if `origin` is still there."""

        def compare() -> tuple[PartDiff, ...]:
            from desktop.core.prompt_diff import diff

            return diff(old.content, new.content)

        self._ask(compare, then, origin)

    def look_at_drafts(self) -> None:
        """Answered by `drafts_changed`."""
        self._tasks.run(
            lambda: self._drafts().ids(), *self.answer("drafts", self.drafts_changed.emit)
        )

    # --- writing ----------------------------------------------------------------------------

    def keep_draft(self, prompt_id: int, draft: PromptDraft | None) -> None:
        """Keep what is not saved yet; None forgets it. Answered by `drafts_changed`."""
        # At once: the window may be closing.
        if self.attempt("keep draft", lambda: self._drafts().set(prompt_id, draft)):
            self.drafts_changed.emit(self._drafts().ids())

    def save(self, prompt_id: int, draft: PromptDraft, note: str, origin: QObject) -> None:
        """Save what was written: as a new prompt where `prompt_id` is NEW, else as a new version
        where the content changed. Answered by `saved` or `failed`; the draft stays until then."""

        def work() -> Prompt:
            if prompt_id == NEW:
                return self.library().add(draft, note)
            return self.library().change(prompt_id, draft, note)

        def done(prompt: Prompt) -> None:
            self.keep_draft(prompt_id, None)
            self.saved.emit(prompt_id, prompt, origin)
            self.changed.emit()

        self._tasks.run(work, *self.answer(("save", prompt_id), done))

    def keep_messages(
        self, messages: Sequence[Message], system_prompt: str, origin: QObject
    ) -> None:
        """Add what was said in a conversation as a prompt; answered by `kept`."""
        from desktop.core.prompt_draft import draft_from_messages

        def done(prompt: Prompt) -> None:
            self.changed.emit()
            self.kept.emit(prompt, origin)

        self._tasks.run(
            lambda: self.library().add(draft_from_messages(messages, system_prompt)),
            *self.answer("keep messages", done),
        )

    def set_favourite(self, prompt_id: int, on: bool) -> None:
        self._change(prompt_id, lambda library: library.set_favourite(prompt_id, on))

    def set_hidden(self, prompt_id: int, on: bool) -> None:
        """Hide a prompt, which `undo_offered` follows, or show it again."""

        def done(prompt: Prompt) -> None:
            if on:
                undo = Undo(lambda: self.set_hidden(prompt_id, False))
                self.undo_offered.emit(self.tr("“{0}” was hidden.").format(prompt.title), undo)

        self._change(prompt_id, lambda library: library.set_hidden(prompt_id, on), done)

    def restore(self, prompt_id: int, version_id: int) -> None:
        """Make what an old version says the newest one; what was written and not saved stays."""
        self._change(prompt_id, lambda library: library.restore(prompt_id, version_id))

    def used(self, prompt_id: int) -> None:
        """It was put into a conversation."""
        self._tasks.run(
            lambda: self.library().used(prompt_id),
            *self.answer("used", lambda _done: self.changed.emit()),
        )

    def duplicate(self, prompt_id: int, origin: QObject) -> None:
        """Answered by `opened` with the copy."""

        def done(copy: Prompt) -> None:
            self.changed.emit()
            self.opened.emit(copy, None, origin)

        self._tasks.run(
            lambda: self.library().duplicate(prompt_id), *self.answer("duplicate", done)
        )

    def delete(self, prompt_id: int) -> None:
        """Delete a prompt; `undo_offered` follows. What of it was not saved is kept for that."""

        def work() -> str:
            title = self.library().get(prompt_id).title
            self.library().delete(prompt_id)
            return title

        def done(title: str) -> None:
            self.removed.emit(prompt_id)
            self.changed.emit()
            undo = Undo(lambda: self._undelete(prompt_id))
            self.undo_offered.emit(self.tr("“{0}” was deleted.").format(title), undo)

        self._tasks.run(work, *self.answer("delete", done))

    # --- inside -----------------------------------------------------------------------------

    def _change(
        self,
        prompt_id: int,
        change: Callable[[PromptLibrary], object],
        then: Callable[[Prompt], object] = lambda _prompt: None,
    ) -> None:
        def work() -> Prompt:
            change(self.library())
            return self.library().get(prompt_id)

        def done(prompt: Prompt) -> None:
            self.updated.emit(prompt)
            self.changed.emit()
            then(prompt)

        self._tasks.run(work, *self.answer("change", done))

    def _undelete(self, prompt_id: int) -> None:
        self._tasks.run(
            lambda: self.library().undelete(prompt_id),
            *self.answer("undo", lambda _done: self.changed.emit()),
        )

    def _ask(
        self, read: Callable[[], ResultT], then: Callable[[ResultT], object], origin: QObject
    ) -> None:
        def done(found: ResultT) -> None:
            if isValid(origin):  # its window may have been closed
                then(found)

        self._tasks.run(read, *self.answer("ask", done))

    def _bring_up_to_date(self, library: PromptLibrary) -> None:
        """What of ours cannot be read is told by `failed`, and leaves the rest usable."""
        from desktop.core.prompt_drafts import empty_bin

        try:
            library.update_builtin()
            empty_bin(library, self._drafts())
        except QuernError as error:
            self.fail("bring up to date", error)
