from __future__ import annotations

from pathlib import Path

import pytest

from desktop.ui.widgets.attachment_chip import AttachmentChip
from desktop.ui.widgets.attachment_row import AttachmentRow


@pytest.fixture
def row(icons, qtbot) -> AttachmentRow:
    made = AttachmentRow(icons)
    qtbot.addWidget(made)
    return made


def remove(row: AttachmentRow, name: str) -> None:
    chips = row.findChildren(AttachmentChip)
    next(chip for chip in chips if chip.preview_button.text().startswith(name)).removed.emit()


def test_texts_go_into_the_message_in_their_order(row, qtbot) -> None:
    assert row.is_empty and row.isHidden()
    with qtbot.waitSignals([row.changed, row.changed]):
        row.add_text("Pasted text", "rye", fenced=True)
        row.add_text("Long message", "oats", fenced=False)
    assert row.texts() == ["Pasted text\n\n```\nrye\n```", "oats"]
    assert not row.isHidden()


def test_one_that_is_removed_is_gone(row, qtbot) -> None:
    row.add_text("a", "rye", fenced=False)
    row.add_text("b", "oats", fenced=False)
    with qtbot.waitSignals([row.changed, row.removed]):
        remove(row, "a")
    assert row.texts() == ["oats"]
    assert not row.isHidden()
    remove(row, "b")
    assert row.is_empty and row.isHidden()


def test_taking_all_out_is_not_told(row, qtbot) -> None:
    row.add_text("a", "rye", fenced=False)
    with qtbot.assertNotEmitted(row.changed), qtbot.assertNotEmitted(row.removed):
        row.clear()
    assert row.is_empty and row.isHidden()


def test_files_that_cannot_be_added_are_named_and_the_others_added(row, tmp_path: Path) -> None:
    text, picture, gone = tmp_path / "a.txt", tmp_path / "b.png", tmp_path / "c.txt"
    text.write_text("rye")
    picture.write_bytes(b"\x89PNG\0")
    problems = row.add_files([picture, text, gone])
    assert "b.png is not a text file" in problems
    assert "c.txt cannot be read" in problems
    assert row.texts() == ["a.txt\n\n```txt\nrye\n```"]
    assert row.add_files([text]) == ""
