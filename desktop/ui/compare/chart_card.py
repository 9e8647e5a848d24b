"""A chart with its title, what it means, and a way to save it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import QuernError
from desktop.ui.charts.chart import Chart
from desktop.ui.charts.saving import save_chart
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, label


class ChartCard(QWidget):
    """Says below the chart why it could not be saved, until it is."""

    def __init__(self, title: str, caption: str, chart: Chart, icons: Icons) -> None:
        super().__init__()
        self.chart = chart
        self._title = title
        name = fill(self.tr("Save the chart “%1” as a picture"), title)
        self.save_button = icon_button(icons, "download", name, self.tr("Save as PNG or SVG…"))
        self.save_button.clicked.connect(self._ask)
        first = QHBoxLayout()
        first.addWidget(label(title, "heading"), 1)
        first.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        self._caption = label(caption, "small", wrap=True)
        column.addWidget(self._caption)
        column.addWidget(chart)
        self._problem = label("", "warning", wrap=True)
        self._problem.hide()
        column.addWidget(self._problem)

    def set_caption(self, caption: str) -> None:
        """What there is to know for who looks at it."""
        self._caption.setText(caption)

    def caption(self) -> str:
        return self._caption.text()

    def save(self, path: Path) -> None:
        """Write a picture of the chart."""
        problem = ""
        try:
            save_chart(self.chart, path)
        except QuernError as error:
            problem = str(error)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def problem(self) -> str:
        return self._problem.text()

    def _ask(self) -> None:
        name, chosen = QFileDialog.getSaveFileName(
            self, self.tr("Save the chart"), f"{self._title}.png", "PNG (*.png);;SVG (*.svg)"
        )
        if name:
            path = Path(name)
            usual = ".svg" if "svg" in chosen else ".png"
            self.save(path if path.suffix else path.with_suffix(usual))
