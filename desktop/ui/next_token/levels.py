"""How sure the model was of a token, in a few steps that can be told apart without colours."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

MOST = 0.55  # of the warning colour, so that text can be read on it
BAR = 3  # height of the bar below a token, whose length is the probability


@dataclass(frozen=True, slots=True)
class Level:
    """Probabilities from `least` on; `strength` of the colour, 0 to 1."""

    least: float
    strength: float


LEVELS = (
    Level(0.9, 0.0),
    Level(0.5, 0.12),
    Level(0.1, 0.28),
    Level(0.01, 0.48),
    Level(0.0, 0.72),
)


def level_of(probability: float) -> Level:
    """The level a probability belongs to."""
    return next(level for level in LEVELS if probability >= level.least)


def level_names() -> tuple[str, ...]:
    """What each level is called in the legend."""
    tr = QCoreApplication.translate
    return (
        tr("NextToken", "90 % and more"),
        tr("NextToken", "50 to 90 %"),
        tr("NextToken", "10 to 50 %"),
        tr("NextToken", "1 to 10 %"),
        tr("NextToken", "less than 1 %"),
    )


def fill_of(level: Level, palette: QPalette) -> QColor:
    """The unlikelier, the more of the warning colour."""
    window = palette.color(QPalette.ColorRole.Window)
    strong = palette.color(QPalette.ColorRole.BrightText)
    share = level.strength * MOST

    def mixed(one: float, other: float) -> float:
        return one + (other - one) * share

    return QColor.fromRgbF(
        mixed(window.redF(), strong.redF()),
        mixed(window.greenF(), strong.greenF()),
        mixed(window.blueF(), strong.blueF()),
    )


def paint_token(
    painter: QPainter, place: QRectF, probability: float | None, palette: QPalette
) -> None:
    """The ground of a token: filled by level, with a bar as long as it was likely; dashed when
    that is not known."""
    body = place.adjusted(0.5, 0.5, -0.5, -0.5)
    if probability is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        border = palette.color(QPalette.ColorRole.Dark)
        painter.setPen(QPen(border, 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(body, 4, 4)
        return
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
    painter.setBrush(fill_of(level_of(probability), palette))
    painter.drawRoundedRect(body, 4, 4)
    bar = QRectF(body.left() + 2, body.bottom() - BAR, (body.width() - 4) * probability, BAR)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.Accent))
    painter.drawRect(bar)
