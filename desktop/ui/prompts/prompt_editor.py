"""Everything a person writes of a prompt, as fields."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.prompt_template import fields_of, problems_of
from desktop.domain.sampling import SamplerPreset
from desktop.ui.icons import Icons
from desktop.ui.prompts.answer_section import AnswerSection
from desktop.ui.prompts.chain_section import ChainSection
from desktop.ui.prompts.examples_section import ExamplesSection
from desktop.ui.prompts.fields_section import FieldsSection
from desktop.ui.prompts.template_edit import GrowingBox, TemplateEdit
from desktop.ui.widgets.buttons import hairline, label
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.scroll_column import ScrollColumn


class PromptEditor(ScrollColumn):
    """Signals: edited, when a person changed something; ask `draft`."""

    edited = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__(margin=16)
        self._key = ""
        self.title = QLineEdit()
        self.title.setPlaceholderText(self.tr("Title"))
        self.title.setAccessibleName(self.tr("Title"))
        self.why = GrowingBox(self.tr("What it is good for"), lines=1, most=4)
        self.why.setPlaceholderText(self.tr("What it is good for, in a sentence or two"))
        self.folder = Choice()
        self.folder.setEditable(True)
        self.folder.setInsertPolicy(Choice.InsertPolicy.NoInsert)
        self.folder.setMinimumContentsLength(8)
        self.folder.setAccessibleName(self.tr("Folder"))
        self.tags = QLineEdit()
        self.tags.setAccessibleName(self.tr("Tags"))
        self.tags.setPlaceholderText(self.tr("Tags, with commas between them"))
        self.text = TemplateEdit(self.tr("Text of the prompt"), lines=6)
        self.text.setPlaceholderText(self.tr("Summarise this in {sentences} sentences:\n\n{text}"))
        self.problems = label("", "warning", wrap=True)
        self.fields = FieldsSection()
        self.system = TemplateEdit(self.tr("System prompt"), lines=3)
        self.system.setPlaceholderText(self.tr("What the model is told before the first message"))
        self.examples = ExamplesSection(icons)
        self.answer = AnswerSection()
        self.chain = ChainSection(icons)
        self._system_fold = Disclosure(self.tr("System prompt"), icons, self.system)
        self._examples_fold = Disclosure(self.tr("Examples"), icons, self.examples)
        self._answer_fold = Disclosure(self.tr("How it is answered"), icons, self.answer)
        self._chain_fold = Disclosure(self.tr("What follows"), icons, self.chain)
        self._arrange()
        self._connect()
        self.show_problems()

    def _arrange(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(8)
        for name, field, share in (
            (self.tr("Folder"), self.folder, 1),
            (self.tr("Tags"), self.tags, 2),
        ):
            side = QVBoxLayout()
            side.setSpacing(4)
            heading = label(name, "small")
            heading.setBuddy(field)
            side.addWidget(heading)
            side.addWidget(field)
            place.addLayout(side, share)
        heading = label(self.tr("Text"), "heading")
        heading.setBuddy(self.text)
        self.column.addWidget(self.title)
        self.column.addWidget(self.why)
        self.column.addLayout(place)
        for part in (
            heading, self.text, self.problems, self.fields, hairline(), self._system_fold,
            self._examples_fold, self._answer_fold, self._chain_fold,
        ):  # fmt: skip
            self.column.addWidget(part)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.title.textEdited.connect(self._edited)
        self.tags.textEdited.connect(self._edited)
        self.folder.editTextChanged.connect(self._edited)
        self.why.written.connect(self._edited)
        self.text.written.connect(self._text_edited)
        self.system.written.connect(self._text_edited)
        self.fields.changed.connect(self._edited)
        self.examples.changed.connect(self._text_edited)
        self.answer.changed.connect(self._edited)
        self.chain.changed.connect(self._edited)

    # --- what it shows ----------------------------------------------------------------------

    def draft(self) -> PromptDraft:
        """What stands in the fields."""
        return PromptDraft(
            title=self.title.text().strip(),
            content=self._content(),
            folder=self.folder.currentText().strip(),
            tags=_tags(self.tags.text()),
            why=self.why.toPlainText().strip(),
            key=self._key,
        )

    def set_draft(self, draft: PromptDraft) -> None:
        """Show `draft` without saying that it changed."""
        content = draft.content
        self._key = draft.key
        with QSignalBlocker(self):
            self.title.setText(draft.title)
            self.why.set_text(draft.why)
            self.folder.setEditText(draft.folder)
            self.tags.setText(", ".join(draft.tags))
            self.text.set_text(content.text)
            self.system.set_text(content.system_prompt)
            self.examples.set_examples(content.examples)
            self.answer.set_sampler(content.sampler)
            self.fields.set_fields(fields_of(content))
        for line in (self.title, self.folder.lineEdit(), self.tags):
            if line is not None and not line.hasFocus():
                line.setCursorPosition(0)  # a long one is read from its beginning
        self.chain.set_link(content.then)
        for fold, filled in (
            (self._system_fold, content.system_prompt),
            (self._examples_fold, content.examples),
            (self._answer_fold, content.sampler is not None),
            (self._chain_fold, content.then is not None),
        ):
            fold.set_open(bool(filled))
        self.show_problems()

    def set_folders(self, folders: Sequence[str]) -> None:
        """What can be chosen; another one can be written."""
        text = self.folder.currentText()
        with QSignalBlocker(self.folder):
            self.folder.clear()
            self.folder.addItems(list(folders))
            self.folder.setEditText(text)

    def set_presets(self, presets: Sequence[SamplerPreset]) -> None:
        self.answer.set_presets(presets)

    def is_empty(self) -> bool:
        """Whether the prompt says nothing yet."""
        return not (self.text.toPlainText().strip() or self.system.toPlainText().strip())

    def problems_now(self) -> list[str]:
        """What a person should look at before they use the prompt."""
        shape = self.answer.problem()
        return [*problems_of(self._content()), *([shape] if shape else [])]

    def show_problems(self) -> None:
        """Say under the text what is wrong with the prompt; nothing while it is empty."""
        found = [] if self.is_empty() else self.problems_now()
        self.problems.setText("\n".join(found))
        self.problems.setVisible(bool(found))

    # --- inside -----------------------------------------------------------------------------

    def _content(self) -> PromptContent:
        return PromptContent(
            text=self.text.toPlainText(),
            system_prompt=self.system.toPlainText(),
            fields=self.fields.fields(),
            examples=self.examples.examples(),
            sampler=self.answer.sampler(),
            then=self.chain.link(),
        )

    def _text_edited(self) -> None:
        if not self.signalsBlocked():
            self.fields.set_names([field.name for field in fields_of(self._content())])
            self._edited()

    def _edited(self) -> None:
        if not self.signalsBlocked():
            self.show_problems()
            self.edited.emit()


def _tags(text: str) -> tuple[str, ...]:
    """Each once, as it was written first."""
    return tuple(dict.fromkeys(tag for part in text.split(",") if (tag := " ".join(part.split()))))
