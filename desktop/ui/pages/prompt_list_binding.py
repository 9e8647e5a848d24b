"""Binds the list of prompts, and the one beside it, to the library."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.prompts import NEW, PromptsController
from desktop.controllers.settings import SettingsController
from desktop.core.prompt_diff import PartDiff
from desktop.domain.prompt import (
    Prompt,
    PromptDraft,
    PromptHit,
    PromptQuery,
    PromptVersion,
)
from desktop.domain.prompt_template import fields_of
from desktop.domain.sampling import SamplerPreset
from desktop.ui.icons import Icons
from desktop.ui.pages.prompts_body import PromptsBody
from desktop.ui.prompts.prompt_picker import PromptPicker


class PromptListBinding(QObject):
    """Owned by the content of the page; `page` is who asks for prompts to be shown in it.

    Signals:
        use_requested(Prompt): fill it in and put it into the conversation.
    """

    use_requested = Signal(object)

    def __init__(
        self,
        body: PromptsBody,
        prompts: PromptsController,
        settings: SettingsController,
        page: QObject,
    ) -> None:
        super().__init__(body)
        self._pane = body.pane
        self._panel = body.panel
        self._icons: Icons = body.icons
        self._prompts = prompts
        self._page = page
        self._picker: PromptPicker | None = None
        self._connect_widgets()
        prompts.listed.connect(self._show_hits)
        prompts.filters_known.connect(self._show_filters)
        prompts.changed.connect(self._refresh)
        prompts.opened.connect(self._show_prompt)
        prompts.saved.connect(self._show_saved)
        prompts.updated.connect(self._show_updated)
        prompts.removed.connect(self._leave)
        prompts.drafts_changed.connect(self._show_drafts)
        prompts.versions_known.connect(self._show_versions)
        settings.presets_changed.connect(self._show_presets)
        settings.list_presets()
        self._refresh()
        prompts.look_at_drafts()

    def _connect_widgets(self) -> None:
        pane, panel, prompts = self._pane, self._panel, self._prompts
        pane.wanted.connect(self._list)
        pane.prompt_chosen.connect(self._open)
        pane.delete_requested.connect(prompts.delete)
        pane.hide_requested.connect(lambda number: prompts.set_hidden(number, True))
        pane.new_requested.connect(lambda: self._open(NEW))
        panel.use_requested.connect(self.use_requested)
        panel.favourite_changed.connect(prompts.set_favourite)
        panel.hidden_changed.connect(prompts.set_hidden)
        panel.duplicate_requested.connect(lambda number: prompts.duplicate(number, self._page))
        panel.delete_requested.connect(prompts.delete)
        panel.drafted.connect(prompts.keep_draft)
        panel.save_requested.connect(
            lambda number, draft, note: prompts.save(number, draft, note, self._page)
        )
        panel.versions_wanted.connect(prompts.look_at_versions)
        panel.versions.restore_requested.connect(prompts.restore)
        panel.versions.difference_wanted.connect(self._compare)
        panel.editor.chain.prompt_wanted.connect(self._look_up)
        panel.editor.chain.choose_requested.connect(self._choose_next)

    # --- what a person does -----------------------------------------------------------------

    def _list(self, query: PromptQuery) -> None:
        self._prompts.list(query, self._page)

    def _open(self, prompt_id: int) -> None:
        self._panel.flush()
        self._prompts.open(prompt_id, self._page)

    def _compare(self, old: PromptVersion, new: PromptVersion) -> None:
        def show(parts: Sequence[PartDiff]) -> None:
            self._panel.versions.set_difference(old, new, parts)

        self._prompts.ask_difference(old, new, show, self)

    def _look_up(self, key: str) -> None:
        def show(prompt: Prompt | None) -> None:
            names = _names(prompt) if prompt else []
            self._panel.editor.chain.set_next(key, prompt.title if prompt else "", names)

        self._prompts.ask_by_key(key, show, self)

    def _choose_next(self) -> None:
        picker = self._picker = PromptPicker(self._icons, self._panel)
        picker.wanted.connect(lambda text: self._prompts.list(PromptQuery(text), picker))
        picker.chosen.connect(self._set_next)
        picker.finished.connect(picker.deleteLater)
        picker.open()
        picker.focus_search()
        self._prompts.list(PromptQuery(), picker)

    def _set_next(self, prompt: Prompt) -> None:
        self._panel.editor.chain.choose(prompt.key, prompt.title, _names(prompt))

    # --- from the library -------------------------------------------------------------------

    @Slot(object, object, object)
    def _show_hits(self, query: PromptQuery, hits: list[PromptHit], origin: QObject) -> None:
        if origin is self._page:
            self._pane.set_hits(query, hits)
        elif self._picker is not None and origin is self._picker:
            self._picker.set_hits(query.text, hits)

    @Slot(object, object)
    def _show_filters(self, folders: list[str], tags: list[tuple[str, int]]) -> None:
        self._pane.set_folders(folders)
        self._pane.set_tags(tags)

    @Slot()
    def _refresh(self) -> None:
        self._pane.refresh()
        self._prompts.look_at_filters()

    @Slot(object, object, object)
    def _show_prompt(
        self, prompt: Prompt | None, draft: PromptDraft | None, origin: QObject
    ) -> None:
        if origin is not self._page:
            return
        self._panel.flush()
        self._panel.show_prompt(prompt, draft)
        self._pane.show_panel()
        if prompt is None:
            self._panel.focus_title()

    @Slot(int, object, object)
    def _show_saved(self, prompt_id: int, prompt: Prompt, origin: QObject) -> None:
        shown = prompt_id == self._panel.shown_id
        if shown and origin is self._page:
            self._panel.saved(prompt)
            self._pane.show_panel()
        elif shown and prompt_id != NEW:
            self._panel.refresh(prompt)

    @Slot(object)
    def _show_updated(self, prompt: Prompt) -> None:
        if prompt.id == self._panel.shown_id:
            self._panel.refresh(prompt)

    @Slot(int)
    def _leave(self, prompt_id: int) -> None:
        if prompt_id == self._panel.shown_id and self._pane.panel_visible:
            self._panel.flush()
            self._pane.close_panel()
            self._panel.show_prompt(None)

    @Slot(object)
    def _show_drafts(self, ids: set[int]) -> None:
        self._pane.set_drafts(ids)

    @Slot(int, object)
    def _show_versions(self, prompt_id: int, versions: list[PromptVersion]) -> None:
        if prompt_id == self._panel.shown_id:
            self._panel.versions.set_versions(versions)

    @Slot(object)
    def _show_presets(self, presets: list[SamplerPreset]) -> None:
        self._panel.editor.set_presets(presets)


def _names(prompt: Prompt) -> list[str]:
    return [field.name for field in fields_of(prompt.content)]
