from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QPalette

from desktop.ui.colors import DARK, LIGHT, Colors, contrast

SURFACES = ("window", "sidebar", "raised", "field", "hover", "selected")


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["text", "secondary", "link", "warning", "error"])
@pytest.mark.parametrize("surface", SURFACES)
def test_text_can_be_read_on_every_surface(colors: Colors, text: str, surface: str):
    assert contrast(getattr(colors, text), getattr(colors, surface)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "fill"),
    [
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("on_selection", "selection"),
        ("text", "marked"),
        ("text", "info_fill"),
        ("warning", "warning_fill"),
        ("text", "warning_fill"),
        ("error", "error_fill"),
        ("text", "error_fill"),
        ("window", "text"),
    ],
)
def test_text_can_be_read_on_its_fill(colors: Colors, text: str, fill: str):
    assert contrast(getattr(colors, text), getattr(colors, fill)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_ring_stands_out(colors: Colors):
    for surface in SURFACES:
        assert contrast(colors.accent, getattr(colors, surface)) >= 3


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_is_one(colors: Colors):
    for field in fields(colors):
        assert QColor(getattr(colors, field.name)).isValid(), field.name


def test_placeholders_are_readable_in_the_palette():
    palette = DARK.palette()
    role = QPalette.ColorRole
    grey, field = palette.color(role.PlaceholderText), palette.color(role.Base)
    assert grey.alpha() == 255
    assert contrast(grey.name(), field.name()) >= 4.5
