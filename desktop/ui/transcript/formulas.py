"""Formulas as pictures: set by ziamath in a thread, kept by source, size and colour."""

import warnings
from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop.ui.transcript.background import Background

CACHE_SIZE = 512
"""Formulas kept; one takes a few kilobytes."""


@dataclass(frozen=True, slots=True)
class FormulaKey:
    """What a picture of a formula depends on."""

    tex: str
    size: int
    """Font size in pixels."""
    colour: str
    display: bool


@dataclass(frozen=True, slots=True)
class FormulaPicture:
    """A formula that can be painted; `renderer` is None where the TeX cannot be read."""

    renderer: QSvgRenderer | None
    width: float = 0.0
    height: float = 0.0
    ascent: float = 0.0
    """Pixels from the top to the baseline."""

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Paint it to fill `rect`."""
        if self.renderer is not None:
            self.renderer.render(painter, rect)


@dataclass(frozen=True, slots=True)
class _Typeset:
    key: FormulaKey
    svg: str
    width: float
    height: float
    ascent: float


def _typeset(key: FormulaKey) -> _Typeset:
    """The formula as SVG; an empty one where ziamath cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # in how it finds its own font
            from ziamath.config import config
            from ziamath.zmath import Latex
        config.svg2 = False  # QSvgRenderer clips the symbols of SVG 2
        latex = Latex(key.tex, size=key.size, color=key.colour, inline=not key.display)
        root = latex.svgxml()
        _, top, width, height = map(float, str(root.get("viewBox")).split())
        return _Typeset(key, latex.svg(), width, height, -top)
    except Exception:  # noqa: BLE001 - the parser raises whatever it stumbles over
        return _Typeset(key, "", 0.0, 0.0, 0.0)


class FormulaStore(QObject):
    """Gives the pictures of formulas; those not ready yet are announced by `ready`."""

    ready = Signal()
    """Some formulas that were asked for can be painted now, or are known to be broken."""

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._pictures: OrderedDict[FormulaKey, FormulaPicture] = OrderedDict()
        self._waiting: set[FormulaKey] = set()
        self._announce = QTimer(self, singleShot=True, interval=40)
        self._announce.timeout.connect(self.ready)

    def picture(self, key: FormulaKey) -> FormulaPicture | None:
        """The picture, or None while it is being made."""
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        elif key not in self._waiting:
            self._waiting.add(key)
            self._background.run(lambda: _typeset(key), self._store)
        return picture

    def _store(self, result: _Typeset) -> None:
        self._waiting.discard(result.key)
        picture = FormulaPicture(None)
        if result.svg:
            renderer = QSvgRenderer(QByteArray(result.svg.encode()))
            if renderer.isValid():
                picture = FormulaPicture(renderer, result.width, result.height, result.ascent)
        self._pictures[result.key] = picture
        while len(self._pictures) > CACHE_SIZE:
            self._pictures.popitem(last=False)
        if not self._announce.isActive():
            self._announce.start()
