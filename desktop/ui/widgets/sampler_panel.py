"""The panel beside a conversation: its system prompt and how its answers are sampled."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from desktop.domain.sampling import SamplerPreset, SamplerSettings
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import hairline
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.late import Late
from desktop.ui.widgets.prompt_field import PromptField
from desktop.ui.widgets.sampler_fields import SamplerFields
from desktop.ui.widgets.scroll_column import ScrollContent

if TYPE_CHECKING:
    from desktop.ui.next_token.view import NextTokenView

CHANGE_DELAY_MS = 150
CANDIDATES = 8  # shown of what could come next
SMALLEST_WIDTH = 336
SCROLL_BAR = 16


class SamplerPanel(QFrame):
    """Its fields are made when it is first shown.

    Signals:
        settings_changed: the new `SamplerSettings`, a moment after the last change, valid ones
            only.
        preset_chosen, save_preset_requested, delete_preset_requested: name of the preset. A chosen
            one is shown, and told by `settings_changed`, by the panel itself.
        system_prompt_changed: the new text, a moment after the last key.
        template_arguments_changed: dict of name to bool.
        settings_shown: the valid `SamplerSettings` in the fields, at once, also while a slider
            moves and when other settings are shown.
        next_token_shown: whether “What could come next” is to be seen.
    """

    settings_changed = Signal(object)
    preset_chosen = Signal(str)
    save_preset_requested = Signal(str)
    delete_preset_requested = Signal(str)
    system_prompt_changed = Signal(str)
    template_arguments_changed = Signal(object)
    settings_shown = Signal(object)
    next_token_shown = Signal(bool)

    def __init__(self, icons: Icons, generator: random.Random | None = None) -> None:
        super().__init__()
        self.setObjectName("sidePanel")
        self._icons = icons
        self._generator = generator or random.SystemRandom()
        self._settings = SamplerSettings()
        self._prompt = ""
        self._content: Late[_Content] = Late(self._make_content)
        self._delay = QTimer(self, interval=CHANGE_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(lambda: self.settings_changed.emit(self._settings))
        self._prompt_delay = QTimer(self, interval=CHANGE_DELAY_MS, singleShot=True)
        self._prompt_delay.timeout.connect(lambda: self.system_prompt_changed.emit(self._prompt))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setMinimumWidth(SMALLEST_WIDTH)

    @property
    def fields(self) -> SamplerFields:
        """The sampler settings as fields."""
        return self._content.get().fields

    @property
    def prompt(self) -> PromptField:
        """The system prompt as a field."""
        return self._content.get().prompt

    @property
    def next_token(self) -> NextTokenView:
        """What could come next; made when it is first folded out."""
        return self._content.get().next_token.get()

    @property
    def next_token_fold(self) -> Disclosure:
        """What folds it out."""
        return self._content.get().fold

    def settings(self) -> SamplerSettings:
        """What stands in the fields, or would."""
        return self._settings

    def set_settings(self, settings: SamplerSettings) -> None:
        """Show `settings` without saying that they changed."""
        self._delay.stop()
        self._settings = settings
        self._content.tell("settings", lambda content: content.fields.set_settings(settings))
        self.settings_shown.emit(settings)

    def set_presets(self, presets: Sequence[SamplerPreset]) -> None:
        self._content.tell("presets", lambda content: content.fields.set_presets(presets))

    def system_prompt(self) -> str:
        return self._prompt

    def set_system_prompt(self, text: str) -> None:
        """Show `text` without saying that it changed."""
        self._prompt_delay.stop()
        self._prompt = text
        self._content.tell("prompt", lambda content: content.prompt.set_text(text))

    def set_template_arguments(self, names: Sequence[str], values: Mapping[str, bool]) -> None:
        """Offer the switches a model's chat template takes; missing values count as on."""
        self._content.tell("arguments", lambda content: content.prompt.set_arguments(names, values))

    def set_last_seed(self, seed: int) -> None:
        """Which seed the last answer was made with."""
        self._content.tell("seed", lambda content: content.fields.seed.set_last(seed))

    def set_constraint_problem(self, sentence: str) -> None:
        """Show why the engine refused the grammar or schema."""
        self._content.tell(
            "problem", lambda content: content.fields.set_constraint_problem(sentence)
        )

    def flush(self) -> None:
        """Tell pending changes now, for example before a message is sent."""
        if self._delay.isActive():
            self._delay.stop()
            self.settings_changed.emit(self._settings)
        if self._prompt_delay.isActive():
            self._prompt_delay.stop()
            self.system_prompt_changed.emit(self._prompt)

    def showEvent(self, event: QShowEvent) -> None:
        content = self._content.get()
        self._fit_width()
        super().showEvent(event)
        self.next_token_shown.emit(content.fold.is_open)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.next_token_shown.emit(False)

    def eventFilter(self, _content: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a larger text, for example
            self._fit_width()
        return False

    def _make_content(self) -> _Content:
        content = _Content(self._icons, self._generator)
        content.fields.edited.connect(self._edited)
        content.fields.preset_chosen.connect(self.preset_chosen)
        content.fields.save_preset_requested.connect(self.save_preset_requested)
        content.fields.delete_preset_requested.connect(self.delete_preset_requested)
        content.fold.toggled.connect(self.next_token_shown)
        content.prompt.text_changed.connect(self._prompt_edited)
        content.prompt.arguments_changed.connect(self.template_arguments_changed)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        # Sliders and what they do are to be seen together.
        bar = area.verticalScrollBar()
        content.fold.toggled.connect(lambda opened: bar.setValue(content.fold.y() if opened else 0))
        self._column.addWidget(area)
        content.installEventFilter(self)
        return content

    def _fit_width(self) -> None:
        """Never so narrow that fields are cut off."""
        needed = self._content.get().minimumSizeHint().width() + SCROLL_BAR
        self.setMinimumWidth(max(needed, SMALLEST_WIDTH))

    def _edited(self, settings: SamplerSettings) -> None:
        self._settings = settings
        self._delay.start()
        self.settings_shown.emit(settings)

    def _prompt_edited(self) -> None:
        self._prompt = self.prompt.text()
        self._prompt_delay.start()


class _Content(ScrollContent):
    def __init__(self, icons: Icons, generator: random.Random) -> None:
        super().__init__()
        self.prompt = PromptField()
        self.fields = SamplerFields(icons, generator)
        self.next_token: Late[NextTokenView] = Late(lambda: _make_next_token(icons))
        self.fold = Disclosure(self.tr("What could come next"), icons, self.next_token.get)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        for part in (self.prompt, hairline(), self.fold, hairline(), self.fields):
            column.addWidget(part)
        column.addStretch(1)


def _make_next_token(icons: Icons) -> NextTokenView:
    from desktop.ui.next_token.view import NextTokenView  # most never look

    return NextTokenView(icons, CANDIDATES)
