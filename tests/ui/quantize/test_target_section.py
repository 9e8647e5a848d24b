from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.ui.quantize.target_section import TargetSection

USUAL, OTHER = Path("/home/ada/quern/models"), Path("/media/disk")


@pytest.fixture
def section(theme, qtbot) -> TargetSection:
    made = TargetSection()
    made.set_usual(USUAL)
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.show()
    return made


def test_files_go_to_our_own_folder_unless_another_is_chosen(section, qtbot, monkeypatch):
    assert section.folder == USUAL
    assert not section.usual_button.isVisible()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(OTHER))
    with qtbot.waitSignal(section.changed):
        section.choose_button.click()
    assert section.folder == OTHER
    assert str(OTHER) in section.text()
    with qtbot.waitSignal(section.changed):
        section.usual_button.click()
    assert section.folder == USUAL
    assert not section.usual_button.isVisible()


def test_choosing_nothing_changes_nothing(section, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    with qtbot.assertNotEmitted(section.changed):
        section.choose_button.click()
    assert section.folder == USUAL


def test_names_and_space_are_shown_as_far_as_they_are_known(section):
    assert section._names.isHidden()
    assert section._space.isHidden()
    section.set_names(["a-Q4_K_M.gguf", "a-Q8_0.gguf"])
    section.set_free(120_000_000_000)
    assert section.text() == f"{USUAL}\na-Q4_K_M.gguf\na-Q8_0.gguf\n120.0 GB are free there."
    section.set_free(None)
    assert section._space.isHidden()
