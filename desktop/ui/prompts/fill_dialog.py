"""Filling in a prompt: a field for each placeholder, what comes of it, and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget
from shiboken6 import isValid

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import FilledPrompt, Prompt
from desktop.domain.prompt_template import fields_of, fill, fill_text
from desktop.ui import formats
from desktop.ui.dialogs.fitting import FittingDialog
from desktop.ui.prompts.fill_form import FillForm, Surroundings
from desktop.ui.prompts.filled import as_message, preview
from desktop.ui.widgets.buttons import label, text_button

PREVIEW_DELAY_MS = 120
SEND = "Ctrl+Return"
PREVIEW_LINES = 7
WIDTH = 72  # characters

CountTokens = Callable[[str, Callable[[int], None]], bool]


class Use(Enum):
    """What is done with a prompt that is filled in."""

    INSERT = "insert"  # into the message that is being written
    SEND = "send"
    SYSTEM = "system"  # as the system prompt of a new conversation


class FillDialog(FittingDialog):
    """Signals:

    used: the FilledPrompt, a Use, and whether a new conversation is begun with it.

    Args:
        begun: whether the conversation shown has messages.
        count_tokens: asks the window's engine for the number of tokens of a text, and calls back;
            False when no model is loaded.
    """

    used = Signal(object, object, bool)

    def __init__(
        self,
        prompt: Prompt,
        around: Surroundings,
        *,
        begun: bool,
        count_tokens: CountTokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(WIDTH, parent)
        self.setWindowTitle(prompt.title)
        self._prompt = prompt
        self._count_tokens = count_tokens
        self._counted = ""
        content = prompt.content
        self.form = FillForm(fields_of(content), around)
        self.fresh = QCheckBox(self.tr("In a new conversation"))
        has_before = bool(content.system_prompt.strip() or content.examples)
        self.fresh.setChecked(begun and has_before)
        self.fresh.setVisible(begun)
        self._begun = begun
        self._where = label("", "small", wrap=True)
        self._heading = label(self.tr("What the model gets"), "heading")
        self.preview = QPlainTextEdit()
        self.preview.setProperty("kind", "field")
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(self._heading.text())
        self.preview.setFixedHeight(self.fontMetrics().lineSpacing() * PREVIEW_LINES + 16)
        self.count = label("", "small")
        self.problem = label("", "warning", wrap=True)
        self.system_button = text_button(self.tr("Use as system prompt"))
        self.system_button.setToolTip(self.tr("A new conversation begins with it"))
        self.insert_button = text_button(self.tr("Put into the message"))
        self.send_button = text_button(self.tr("Send"), "primary")
        key = QKeySequence(SEND).toString(QKeySequence.SequenceFormat.NativeText)
        self.send_button.setToolTip(formats.fill(self.tr("Send (%1)"), key))
        self._delay = QTimer(self, interval=PREVIEW_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(self._show_preview)
        self._arrange(prompt)
        self._connect()
        self._show_preview()
        self._show_where()
        self.fit()
        self.form.focus_first()

    def _arrange(self, prompt: Prompt) -> None:
        self.content.setSpacing(8)
        self.content.addWidget(label(prompt.title, "title", wrap=True))
        if prompt.why:
            self.content.addWidget(label(prompt.why, "secondary", wrap=True))
        for part in (
            self.form, self._heading, self.preview, self.fresh, self._where,
        ):  # fmt: skip
            self.content.addWidget(part)
        self.content.addStretch(1)
        self.notes.addWidget(self.count)
        self.notes.addWidget(self.problem)
        cancel = text_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.footer.addWidget(self.system_button)
        self.footer.addStretch(1)
        for button in (cancel, self.insert_button, self.send_button):
            self.footer.addWidget(button)
        self.send_button.setDefault(True)

    def _connect(self) -> None:
        self.form.changed.connect(self._delay.start)
        self.fresh.toggled.connect(self._show_where)
        send = QShortcut(QKeySequence(SEND), self)  # also where Enter makes a line
        send.activated.connect(self.send_button.click)
        for button, use in (
            (self.system_button, Use.SYSTEM),
            (self.insert_button, Use.INSERT),
            (self.send_button, Use.SEND),
        ):
            button.clicked.connect(lambda _=False, use=use: self._use(use))

    # --- inside -----------------------------------------------------------------------------

    def _filled(self) -> FilledPrompt:
        """Raises: InvalidInput naming what is missing or cannot be used."""
        return fill(self._prompt.content, self.form.values(), self._prompt.version_id)

    def _use(self, use: Use) -> None:
        try:
            filled = self._filled()
        except InvalidInput as error:
            self.problem.setText(error.message)
            self.problem.show()
            self.form.focus_first()
            return
        self.accept()
        self.used.emit(filled, use, self.fresh.isChecked() or use is Use.SYSTEM)

    def _show_preview(self) -> None:
        """What is there so far; what is missing shows as its placeholder."""
        content = self._prompt.content
        given = {
            field.name: self.form.values()[field.name] or field.default
            for field in fields_of(content)
        }
        given = {name: value for name, value in given.items() if value}
        try:
            filled = self._filled()
            problem = ""
        except InvalidInput as error:
            problem = error.message
            filled = FilledPrompt(
                fill_text(content.text, given),
                fill_text(content.system_prompt, given),
                content.examples,
            )
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        text = as_message(filled) if self._as_text else preview(filled)
        self.preview.setPlainText(text)
        self._count(text)

    def _count(self, text: str) -> None:
        self._counted = text
        characters = formats.fill(self.tr("%1 characters"), formats.integer(len(text)))

        def known(tokens: int) -> None:
            if isValid(self) and self._counted == text:  # it may have gone, or be another by now
                shown = formats.fill(self.tr("%1 tokens"), formats.integer(tokens))
                self.count.setText(f"{shown} · {characters}")

        asked = self._count_tokens(text, known)
        if not asked:
            self.count.setText(
                formats.fill(self.tr("%1; with a model loaded, its tokens too"), characters)
            )
        elif not self.count.text():
            self.count.setText(characters)

    @property
    def _as_text(self) -> bool:
        return self._begun and not self.fresh.isChecked()

    def _show_where(self) -> None:
        content = self._prompt.content
        before = bool(content.system_prompt.strip() or content.examples)
        if not before:
            self._where.setText("")
        elif self._as_text:
            self._where.setText(
                self.tr(
                    "This conversation has begun, so system prompt and examples go along as text of"
                    " the message."
                )
            )
        else:
            self._where.setText(
                self.tr(
                    "The system prompt becomes the conversation's; the examples stand before the"
                    " message as earlier ones."
                )
            )
        self._where.setVisible(before)
        self._show_preview()
