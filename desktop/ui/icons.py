"""Icons: Lucide line drawings, drawn in the palette's colours at the size and density asked for."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.domain.paths import resource_path

STROKE_WIDTH = 1.75


class Icons:
    """Gives icons by their Lucide name.

    An icon asks for its colour when it is drawn, so it follows the palette by itself.
    """

    def __init__(self) -> None:
        self._folder = resource_path("icons")
        self._names = {path.stem for path in self._folder.iterdir()}
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, int, int, int, float], QPixmap] = {}

    def icon(self, name: str, role: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> QIcon:
        """The icon in the colour of `role`. Raises: FileNotFoundError when there is none."""
        if name not in self._names:
            raise FileNotFoundError(f"There is no icon {name!r}.")
        return QIcon(_Engine(self, name, role))

    def application_icon(self) -> QIcon:
        """Quern's own icon, in its own colours."""
        return QIcon(str(self._folder / "quern.svg"))

    def pixmap(self, name: str, size: QSize, rgba: int, scale: float) -> QPixmap:
        """`name` in the colour `rgba`; `size` in device pixels, of which `scale` make one unit."""
        if size.isEmpty():  # while a layout has no room for it yet
            return QPixmap()
        key = (name, size.width(), size.height(), rgba, scale)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._draw(name, size, rgba, scale)
        return self._pixmaps[key]

    def _draw(self, name: str, size: QSize, rgba: int, scale: float) -> QPixmap:
        svg = self._source(name).replace("currentColor", f"#{rgba & 0xFFFFFF:06x}")
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        side = min(size.width(), size.height())
        corner = QPoint((size.width() - side) // 2, (size.height() - side) // 2)
        painter = QPainter(pixmap)
        painter.setOpacity((rgba >> 24) / 255)
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        renderer.render(painter, QRectF(QRect(corner, QSize(side, side))))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def _source(self, name: str) -> str:
        if name not in self._sources:
            text = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
            self._sources[name] = text.replace('stroke-width="2"', f'stroke-width="{STROKE_WIDTH}"')
        return self._sources[name]


class _Engine(QIconEngine):
    def __init__(self, icons: Icons, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._icons = icons
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scale = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, scale))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self,
        size: QSize,
        mode: QIcon.Mode,
        state: QIcon.State,  # noqa: ARG002
        scale: float,
    ) -> QPixmap:
        palette = QGuiApplication.palette()
        if mode is QIcon.Mode.Disabled:
            colour = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
        else:
            colour = palette.color(QPalette.ColorGroup.Normal, self._role)
        # Qt gives the size in device-independent pixels.
        return self._icons.pixmap(self._name, size * scale, colour.rgba(), scale)

    def actualSize(
        self,
        size: QSize,
        mode: QIcon.Mode,  # noqa: ARG002
        state: QIcon.State,  # noqa: ARG002
    ) -> QSize:
        return size

    def clone(self) -> QIconEngine:
        return _Engine(self._icons, self._name, self._role)

    def isNull(self) -> bool:
        return False
