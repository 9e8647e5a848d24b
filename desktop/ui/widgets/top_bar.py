"""The bar above a conversation: model picker, live figures, buttons for the side panels."""

from __future__ import annotations

from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import action_button
from desktop.ui.widgets.model_picker import ModelPicker
from desktop.ui.widgets.prompt_progress import PromptProgress
from desktop.ui.widgets.status_strip import StatusStrip


class TopBar(QFrame):
    """Holds `picker`, `status` and `progress`, which are used directly."""

    def __init__(self, icons: Icons, sidebar: QAction, sampler: QAction) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.picker = ModelPicker(icons)
        self.status = StatusStrip()
        self.progress = PromptProgress()
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 3)
        row.setSpacing(8)
        row.addWidget(action_button(sidebar))
        row.addWidget(self.picker)
        row.addWidget(self.status, 1)
        row.addWidget(action_button(sampler))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.progress)
        self.progress.said.connect(self.status.set_note)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picker.set_room(self.width() // 3)
