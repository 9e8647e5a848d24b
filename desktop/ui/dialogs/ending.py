"""What is asked before Quern ends although something goes on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.ui.shared import Shared


def may_end(shared: Shared, parent: QWidget | None) -> bool:
    """Whether Quern may end now; asks when that costs work. Downloads go on the next time."""
    words = _what_would_end(shared)
    if words is None:
        return True
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(words[0])
    box.setInformativeText(words[1])
    close = box.addButton(_tr("Close Quern"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(_tr("Keep it open"), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is close


def _what_would_end(shared: Shared) -> tuple[str, str] | None:
    """What goes on, and what would become of it; None when nothing does."""
    if shared.quantization.busy:
        return _tr("A model is still being converted or made smaller."), _tr(
            "If Quern is closed now, that ends. Nothing half-written is kept, and it can be"
            " started again the next time."
        )
    if shared.comparison.busy:
        return _tr("Levels are still being compared."), _tr(
            "If Quern is closed now, that stops. What was measured is kept, and it can go on"
            " the next time."
        )
    if shared.task_runs.exists and shared.task_runs.get().busy:
        return _tr("Models are still being asked."), _tr(
            "If Quern is closed now, that stops. The answers that are there are kept, and it"
            " can go on the next time."
        )
    if shared.prompt_runs.exists and shared.prompt_runs.get().busy:
        return _tr("A prompt is still being run."), _tr(
            "If Quern is closed now, that stops. The answers that are there are kept."
        )
    return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Ending", text)
