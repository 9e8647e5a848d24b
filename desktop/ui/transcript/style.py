"""Colours, fonts and measures of the transcript, derived from the widget's palette and font."""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetricsF, QPalette

COLUMN_WIDTH = 760
"""The widest the column of text gets, in unscaled pixels."""
DESIGN_TEXT = 14
"""The size of body text that all measures were drawn for, in pixels."""
SELECTION_ALPHA = 0.32
LINE_HEIGHT = 1.5
"""Distance of two lines of prose, in font sizes."""


def blend(first: QColor, second: QColor, share: float) -> QColor:
    """The colour `share` of the way (0 to 1) from `first` to `second`."""
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
    )


def _translucent(color: QColor) -> QColor:
    result = QColor(color)
    result.setAlphaF(SELECTION_ALPHA)
    return result


@dataclass(frozen=True, slots=True)
class Style:
    """How the transcript looks; a new one is made when the palette, font or scale changes."""

    font: QFont
    mono: QFont
    scale: float
    dark: bool
    text: QColor
    base: QColor
    muted: QColor
    """Secondary text; keeps a contrast above 4.5:1."""
    hairline: QColor
    surface: QColor
    """Behind code and table headers."""
    bubble: QColor
    accent: QColor
    link: QColor
    selection: QColor
    """Laid over what is behind selected text; formulas and links keep their own colours on it."""
    line_percent: float
    """`LINE_HEIGHT` in percent of the font's own line height."""

    @classmethod
    def of(cls, palette: QPalette, font: QFont) -> "Style":
        """The style for a palette, with all measures in proportion to `font`."""
        text = palette.color(QPalette.ColorRole.Text)
        base = palette.color(QPalette.ColorRole.Window)  # the conversation is no field to type in
        size = QFontInfo(font).pixelSize()
        body = QFont(font)
        body.setPixelSize(max(6, round(size)))
        mono = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        mono.setPixelSize(max(6, round(size * 0.92)))
        return cls(
            font=body,
            mono=mono,
            scale=size / DESIGN_TEXT,
            dark=base.lightnessF() < text.lightnessF(),
            text=text,
            base=base,
            muted=blend(text, base, 0.36),
            hairline=blend(base, text, 0.13),
            surface=blend(base, text, 0.04),
            bubble=blend(base, text, 0.07),
            accent=palette.color(QPalette.ColorRole.Accent),
            link=palette.color(QPalette.ColorRole.Link),
            selection=_translucent(palette.color(QPalette.ColorRole.Accent)),
            line_percent=100 * LINE_HEIGHT * body.pixelSize() / QFontMetricsF(body).height(),
        )

    def px(self, pixels: float) -> int:
        """A measure of the design at the current text size, in device-independent pixels."""
        return round(pixels * self.scale)

    @property
    def line(self) -> int:
        """The height of a line of prose."""
        return round(self.font.pixelSize() * LINE_HEIGHT)

    def sized(self, pixels: float) -> QFont:
        """The body font at another size, given at scale 1."""
        font = QFont(self.font)
        font.setPixelSize(max(6, self.px(pixels)))
        return font
