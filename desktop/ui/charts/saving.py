"""Pictures of charts in files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMargins, QPoint, QRect
from PySide6.QtGui import QImage, QPainter, QPalette

from desktop.domain.errors import EnvironmentFault
from desktop.ui.charts.chart import Chart

DENSITY = 2  # pixels of a picture for each on the screen
MARGIN = 16


def save_chart(chart: Chart, path: Path) -> None:
    """As SVG when the name ends so, else as PNG. Raises: EnvironmentFault."""
    saved = _save_svg(chart, path) if path.suffix.lower() == ".svg" else _save_png(chart, path)
    if not saved:
        raise EnvironmentFault(
            f"“{path.name}” cannot be written.",
            "Choose another folder, or check that the disk has room.",
        )


def _save_png(chart: Chart, path: Path) -> bool:
    width, height = chart.width() + 2 * MARGIN, chart.height() + 2 * MARGIN
    image = QImage(width * DENSITY, height * DENSITY, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(DENSITY)
    image.fill(chart.palette().color(QPalette.ColorRole.Window))
    painter = QPainter(image)
    chart.render(painter, QPoint(MARGIN, MARGIN))
    painter.end()
    saved: bool = image.save(str(path))
    return saved


def _save_svg(chart: Chart, path: Path) -> bool:
    from PySide6.QtSvg import QSvgGenerator

    size = chart.size().grownBy(QMargins(MARGIN, MARGIN, MARGIN, MARGIN))
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setTitle(chart.accessibleName())
    painter = QPainter()
    if not painter.begin(generator):
        return False
    painter.fillRect(QRect(QPoint(), size), chart.palette().color(QPalette.ColorRole.Window))
    chart.render(painter, QPoint(MARGIN, MARGIN))
    painter.end()
    return path.is_file()
