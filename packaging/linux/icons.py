"""Draw the icon of the application in the sizes that desktops look for.

    icons.py FOLDER

Makes FOLDER/SIZExSIZE/apps/org.quern.Quern.png and the SVG itself in FOLDER/scalable/apps.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop.domain.paths import resource_path

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
NAME = "org.quern.Quern"


def draw(folder: Path) -> None:
    """Write all sizes below `folder`, for example /usr/share/icons/hicolor."""
    source = resource_path("icons", "quern.svg")
    renderer = QSvgRenderer(str(source))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        path = folder / f"{size}x{size}" / "apps" / f"{NAME}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not image.save(str(path)):
            raise OSError(f"{path} could not be written.")
    scalable = folder / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, scalable / f"{NAME}.svg")


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
