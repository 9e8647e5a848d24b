"""One row of the settings page, made from its declaration."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.pages.setting_specs import SettingSpec, Value
from desktop.ui.widgets.buttons import icon_button, label
from desktop.ui.widgets.inputs import Choice, NumberBox

TEXT_CHARACTERS = 26


class SettingRow(QWidget):
    """Signals: changed with the new value, when a person changed it."""

    changed = Signal(object)

    def __init__(self, spec: SettingSpec, icons: Icons) -> None:
        super().__init__()
        self.spec = spec
        self._choices = list(spec.choices)
        name, explanation = translated(spec.label), translated(spec.explanation)
        self.editor: QCheckBox | Choice | NumberBox | QLineEdit = self._make_editor()
        self.editor.setAccessibleName(name)
        self.editor.setAccessibleDescription(explanation)
        heading = label(name, "heading", wrap=True)
        heading.setBuddy(self.editor)
        self._reset = icon_button(icons, "rotate-ccw", fill(self.tr("Reset %1"), name))
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keep)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(heading)
        texts.addWidget(label(explanation, "small", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        row.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignVCenter)
        self._reset.clicked.connect(self._reset_pressed)
        self.set_value(spec.default)

    def value(self) -> Value:
        if isinstance(self.editor, QCheckBox):
            return self.editor.isChecked()
        if isinstance(self.editor, NumberBox):
            return self.editor.value()
        if isinstance(self.editor, QLineEdit):
            return self.editor.text().strip()
        return self._choices[self.editor.currentIndex()][0]

    def set_value(self, value: Value) -> None:
        """Show `value` without saying that it changed."""
        self._wanted = value
        with QSignalBlocker(self.editor):
            if isinstance(self.editor, QCheckBox):
                self.editor.setChecked(bool(value))
            elif isinstance(self.editor, NumberBox):
                self.editor.setValue(int(value))
            elif isinstance(self.editor, QLineEdit):
                self.editor.setText(str(value))
            else:
                values = [choice for choice, _ in self._choices]
                if value in values:
                    self.editor.setCurrentIndex(values.index(value))
        self._reset.setVisible(self.value() != self.spec.default)

    def set_choices(self, choices: list[tuple[Value, str]]) -> None:
        """Offer other choices; the value last set is chosen where it is among them."""
        assert isinstance(self.editor, Choice)
        wanted = self._wanted
        self._choices = choices
        with QSignalBlocker(self.editor):
            self.editor.clear()
            self.editor.addItems([text for _, text in choices])
        self.set_value(wanted)

    def fits(self, query: str) -> bool:
        """Whether a search for `query` should show this row."""
        texts = (self.spec.key, translated(self.spec.label), translated(self.spec.explanation))
        return query.casefold() in " ".join(texts).casefold()

    def _make_editor(self) -> QCheckBox | Choice | NumberBox | QLineEdit:
        if self.spec.choices:
            combo = Choice()
            combo.addItems([translated(text) for _, text in self.spec.choices])
            combo.currentIndexChanged.connect(self._edited)
            return combo
        if isinstance(self.spec.default, bool):
            check = QCheckBox()
            check.toggled.connect(self._edited)
            return check
        if isinstance(self.spec.default, str):
            return self._make_text_field()
        box = NumberBox()
        box.setRange(*self.spec.bounds)
        box.setSingleStep(self.spec.step)
        box.setSpecialValueText(translated(self.spec.special))
        box.valueChanged.connect(self._edited)
        return box

    def _make_text_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setMinimumWidth(field.fontMetrics().averageCharWidth() * TEXT_CHARACTERS)
        field.setPlaceholderText(translated(self.spec.special))
        # Half an address is none: it counts once it is typed.
        field.editingFinished.connect(self._typed)
        return field

    def _typed(self) -> None:
        if self.value() != self._wanted:
            self._edited()

    def _edited(self) -> None:
        self._wanted = self.value()
        self._reset.setVisible(self.value() != self.spec.default)
        self.changed.emit(self.value())

    def _reset_pressed(self) -> None:
        self.set_value(self.spec.default)
        self.changed.emit(self.value())


def translated(text: str) -> str:
    """A text of a `SettingSpec` in the language of the person."""
    return QCoreApplication.translate("Settings", text) if text else ""
