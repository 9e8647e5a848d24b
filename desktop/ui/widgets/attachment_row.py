"""The texts that go along with the message being written, as a row of chips."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import InvalidInput
from desktop.ui.icons import Icons
from desktop.ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from desktop.ui.widgets.attachment_chip import AttachmentChip
    from desktop.ui.widgets.attachments import Attachment


class AttachmentRow(QWidget):
    """Hidden while there are none.

    Signals:
        changed: one was added, or taken out by the person.
        removed: one was taken out by the person.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._entries: list[tuple[Attachment, AttachmentChip]] = []
        self._row = FlowLayout(self)
        self.hide()

    @property
    def is_empty(self) -> bool:
        return not self._entries

    def texts(self) -> list[str]:
        """What goes into the message, one of each."""
        return [attachment.as_markdown() for attachment, _ in self._entries]

    def add_text(self, name: str, text: str, *, fenced: bool) -> None:
        """Add a text; `fenced` puts it between code fences under its name."""
        from desktop.ui.widgets.attachments import Attachment

        self._add(Attachment(name, text, fenced))

    def add_files(self, paths: Iterable[Path]) -> str:
        """Add text files. Returns: sentences saying which cannot be added and why, or ""."""
        from desktop.ui.widgets.attachments import read_text_file

        problems = []
        for path in paths:
            try:
                self._add(read_text_file(path))
            except InvalidInput as error:
                problems.append(error.message)
        return " ".join(problems)

    def clear(self) -> None:
        """Take all out, without saying so."""
        for _, chip in self._entries:
            self._take_out(chip)
        self._entries.clear()
        self.hide()

    def _add(self, attachment: Attachment) -> None:
        from desktop.ui.widgets.attachment_chip import AttachmentChip

        chip = AttachmentChip(attachment, self._icons)
        entry = (attachment, chip)
        chip.removed.connect(lambda: self._remove(entry))
        self._entries.append(entry)
        self._row.addWidget(chip)
        self.show()
        self.changed.emit()

    def _remove(self, entry: tuple[Attachment, AttachmentChip]) -> None:
        self._entries.remove(entry)
        self._take_out(entry[1])
        self.setVisible(bool(self._entries))
        self.changed.emit()
        self.removed.emit()

    def _take_out(self, chip: AttachmentChip) -> None:
        self._row.removeWidget(chip)
        chip.deleteLater()
