import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette

from desktop.domain.paths import resource_path
from desktop.ui.action_specs import SPECS

SOURCES = Path(__file__).resolve().parents[2] / "desktop"


def strongest(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QColor:
    image = icon.pixmap(QSize(24, 24), 1.0, mode).toImage()
    pixels = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    return max(pixels, key=lambda colour: colour.alpha())


def test_an_icon_takes_its_colour_from_the_palette_when_drawn(icons, theme):
    icon = icons.icon("copy")
    assert strongest(icon).name() == theme.colors.text
    theme.apply("dark")
    assert strongest(icon).name() == theme.colors.text
    assert strongest(icon, QIcon.Mode.Disabled).name() == theme.colors.disabled


def test_an_icon_can_have_another_role(icons, theme):
    icon = icons.icon("copy", QPalette.ColorRole.Accent)
    assert strongest(icon).name() == theme.colors.accent


def test_a_dense_screen_gets_a_dense_picture(icons, theme):
    assert icons.icon("copy").pixmap(QSize(18, 18), 2.0).toImage().size() == QSize(36, 36)


def test_there_is_no_icon_of_that_name(icons):
    with pytest.raises(FileNotFoundError):
        icons.icon("no such icon")


def test_the_own_icon_is_drawn_small_and_large(icons, theme):
    for side in (16, 512):
        image = icons.application_icon().pixmap(QSize(side, side), 1.0).toImage()
        assert image.pixelColor(side // 2, side // 16 + 1).name() == theme.colors.accent


def test_every_icon_named_in_the_source_exists_and_every_one_shipped_is_named():
    shipped = {path.stem for path in resource_path("icons").glob("*.svg")}
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    words = set(re.findall(r'"([a-z][a-z0-9-]*)"', text))
    assert {spec.icon for spec in SPECS if spec.icon} <= shipped
    assert shipped - {"quern"} <= words
    assert (resource_path("icons") / "LICENSE").is_file()


def test_no_own_drawing_holds_more_than_lines(icons):
    for path in resource_path("icons").glob("*.svg"):
        assert "<script" not in path.read_text(encoding="utf-8")
    assert QGuiApplication.instance() is not None


def test_where_there_is_no_room_nothing_is_drawn(icons):
    assert icons.icon("x").pixmap(QSize(18, -7)).isNull()
    assert icons.pixmap("x", QSize(0, 18), 0xFF000000, 1.0).isNull()
