"""One line of what a search found, with the matched words marked."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QTextLayout, QTextOption

MATCH_START, MATCH_END = "\x02", "\x03"


def paint_excerpt(
    painter: QPainter,
    line: QRect,
    font: QFont,
    palette: QPalette,
    excerpt: str,
    rest: QColor | None = None,
) -> None:
    """Paint `excerpt` into `line`; what stands between the marks is bold and in the accent, the
    rest in the colour `rest`, usually a quiet one."""
    metrics = QFontMetrics(font)
    text, matches = split_excerpt(excerpt, metrics, line.width())
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
    layout = QTextLayout(text, font)
    formats = []
    for start, length in matches:
        found = QTextLayout.FormatRange()
        found.start, found.length = start, max(0, min(length, len(text) - start))
        found.format.setFontWeight(QFont.Weight.DemiBold)
        found.format.setForeground(palette.color(QPalette.ColorRole.Link))
        formats.append(found)
    layout.setFormats(formats)
    one_line = QTextOption()
    one_line.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(one_line)
    layout.beginLayout()
    row = layout.createLine()
    row.setLineWidth(line.width())
    layout.endLayout()
    painter.setPen(rest or palette.color(QPalette.ColorRole.PlaceholderText))
    layout.draw(painter, line.topLeft())


def split_excerpt(
    excerpt: str, metrics: QFontMetrics, width: int
) -> tuple[str, list[tuple[int, int]]]:
    """The excerpt without its match marks, and where (start, length) the matches are.

    Words before the first match are cut away where the match would not be seen in `width` pixels.
    """
    excerpt = excerpt.replace("\n", " ")
    before, mark, _ = excerpt.partition(MATCH_START)
    if mark and metrics.horizontalAdvance(before) > width // 2:
        kept = metrics.elidedText(before, Qt.TextElideMode.ElideLeft, width // 3)
        excerpt = kept + excerpt[len(before) :]
    text = ""
    matches: list[tuple[int, int]] = []
    for number, part in enumerate(excerpt.split(MATCH_START)):
        if number == 0:
            text = part
            continue
        match, _, rest = part.partition(MATCH_END)
        matches.append((len(text), len(match)))
        text += match + rest
    return text, matches
