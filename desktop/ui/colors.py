"""The two colour schemes: one accent, two text greys, hairlines.

Every text colour keeps a contrast of at least 4.5:1 on each background it stands on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours by purpose, as "#rrggbb"."""

    window: str
    sidebar: str
    raised: str
    field: str
    hover: str
    pressed: str
    selected: str
    hairline: str
    border: str
    text: str
    secondary: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    link: str
    marked: str
    selection: str
    on_selection: str
    warning: str
    warning_fill: str
    error: str
    error_fill: str
    info_fill: str

    def by_name(self) -> dict[str, str]:
        return asdict(self)

    def palette(self) -> QPalette:
        """As Qt's roles.

        Beside the obvious ones: Accent is the accent, PlaceholderText the second text grey,
        AlternateBase a raised surface, Midlight a hovered row, Light a selected one, Mid a
        hairline, Dark a border.
        """
        role = QPalette.ColorRole
        palette = QPalette()
        for target, colour in (
            (role.Window, self.window),
            (role.Base, self.field),
            (role.AlternateBase, self.raised),
            (role.Button, self.raised),
            (role.WindowText, self.text),
            (role.Text, self.text),
            (role.ButtonText, self.text),
            (role.PlaceholderText, self.secondary),
            (role.Accent, self.accent),
            (role.BrightText, self.error),
            (role.Highlight, self.selection),
            (role.HighlightedText, self.on_selection),
            (role.Link, self.link),
            (role.LinkVisited, self.link),
            (role.ToolTipBase, self.text),
            (role.ToolTipText, self.window),
            (role.Light, self.selected),
            (role.Midlight, self.hover),
            (role.Mid, self.hairline),
            (role.Dark, self.border),
            (role.Shadow, self.border),
        ):
            palette.setColor(target, QColor(colour))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(self.disabled))
        return palette


LIGHT = Colors(
    window="#ffffff",
    sidebar="#f5f5f3",
    raised="#f5f5f3",
    field="#ffffff",
    hover="#ebebe8",
    pressed="#dfdfdb",
    selected="#e2e9e6",
    hairline="#e3e3df",
    border="#c6c6c0",
    text="#1c1d1f",
    secondary="#5c5f66",
    disabled="#8b8d93",
    accent="#0b6e63",
    accent_hover="#095a51",
    on_accent="#ffffff",
    link="#0b6e63",
    marked="#fbe7a8",
    selection="#b9e0d8",
    on_selection="#10201d",
    warning="#8a4b00",
    warning_fill="#fdf1dc",
    error="#b3261e",
    error_fill="#fce9e7",
    info_fill="#e9f2f0",
)

DARK = Colors(
    window="#1b1c1e",
    sidebar="#141516",
    raised="#242528",
    field="#212225",
    hover="#2c2d31",
    pressed="#36383c",
    selected="#28332f",
    hairline="#2f3135",
    border="#4a4c52",
    text="#ececee",
    secondary="#a4a7ae",
    disabled="#76797f",
    accent="#4cc7b5",
    accent_hover="#74d6c8",
    on_accent="#05231f",
    link="#62cfbf",
    marked="#5c4a12",
    selection="#1f5a52",
    on_selection="#ffffff",
    warning="#f0b45c",
    warning_fill="#33290f",
    error="#ff8f85",
    error_fill="#3a1f1d",
    info_fill="#1f2b29",
)


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    of = QColor(colour)
    return 0.2126 * linear(of.redF()) + 0.7152 * linear(of.greenF()) + 0.0722 * linear(of.blueF())
