"""Compares what a widget looks like with an approved picture."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import monotonic

from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"
GUIDE = FOLDER.parents[1] / "resources" / "docs" / "images"  # pictures the user guide shows, too
APPROVED, FAILED = FOLDER / "approved", FOLDER / "failed"

# Font rendering differs a little from one FreeType to the next: a few pixels may differ, and any
# pixel a little. A missing button is a thousand pixels, a moved row many.
TOLERATED_STEP = 40  # of 255, in any channel
TOLERATED_SHARE = 0.0005

PATIENCE_SECONDS = 10.0  # on a busy machine; nearly all look right at once
RESTS_MS = 700  # after which, on an idle machine, nothing is still being made


def settle(window: QWidget) -> None:
    """Hide the blinking cursor, and let sizes follow from sizes."""
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
    for _ in range(10):
        QApplication.processEvents()


def assert_looks_as_approved(widget: QWidget, name: str, *, update: bool) -> None:
    """Compare `widget` with `approved/<name>.png`; `update` approves what there is now.

    It has time to look so: formulas are drawn on another thread, large pages in steps. If it does
    not, `failed/<name>.png` shows the actual picture, the approved one and where they differ, side
    by side.
    """
    path = APPROVED / f"{name}.png"
    if update:
        APPROVED.mkdir(exist_ok=True)
        QTest.qWait(RESTS_MS)
        _picture(widget).save(str(path))
        if (GUIDE / path.name).exists():
            shutil.copyfile(path, GUIDE / path.name)
        return
    assert path.exists(), f"{path} is missing; run with --update-screenshots and look at it"
    approved = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    latest = monotonic() + PATIENCE_SECONDS
    share, marks = difference(actual := _picture(widget), approved)
    while share > TOLERATED_SHARE and monotonic() < latest:
        QTest.qWait(50)
        share, marks = difference(actual := _picture(widget), approved)
    if share > TOLERATED_SHARE:
        FAILED.mkdir(exist_ok=True)
        _side_by_side(actual, approved, marks).save(str(FAILED / f"{name}.png"))
    assert share <= TOLERATED_SHARE, (
        f"{share:.2%} of “{name}” differ; see {FAILED / name}.png. If the new look is wanted, "
        "run with --update-screenshots."
    )


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def difference(actual: QImage, approved: QImage) -> tuple[float, QImage]:
    """The share of pixels that differ more than tolerated, and a picture of where."""
    if actual.size() != approved.size():
        return 1.0, actual
    width, height = actual.width(), actual.height()
    marks = QImage(actual.size(), QImage.Format.Format_RGB32)
    marks.fill(QColor("white"))
    one, two = bytes(actual.constBits()), bytes(approved.constBits())
    if one == two:
        return 0.0, marks
    count = 0
    for start in range(0, len(one), 4):
        if one[start : start + 3] == two[start : start + 3]:
            continue
        if max(abs(one[start + i] - two[start + i]) for i in range(3)) > TOLERATED_STEP:
            count += 1
            pixel = start // 4
            marks.setPixelColor(pixel % width, pixel // width, QColor("red"))
    return count / (width * height), marks


def _side_by_side(*images: QImage) -> QImage:
    width = sum(image.width() for image in images)
    sheet = QImage(width, max(i.height() for i in images), QImage.Format.Format_RGB32)
    sheet.fill(QColor("gray"))
    painter = QPainter(sheet)
    x = 0
    for image in images:
        painter.drawImage(x, 0, image)
        x += image.width()
    painter.end()
    return sheet
