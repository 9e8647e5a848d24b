from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.ui.quantize.source_section import SourceSection

PATH = Path("/models/a-rather-long-name-F16.gguf")


@pytest.fixture
def section(icons, theme, qtbot) -> SourceSection:
    made = SourceSection(icons)
    qtbot.addWidget(made)
    made.show()
    return made


def test_to_begin_with_it_says_what_to_choose(section):
    assert section.text().startswith("Choose a model that is not quantized yet")
    assert section.requantize.isHidden()


def test_what_it_is_and_where_it_lies(section):
    section.show_looking(PATH)
    assert "Looking at it" in section.text()
    section.show_source(PATH.name, "llama · F16", PATH)
    assert section.text() == f"{PATH.name} llama · F16"
    assert section._path.text() == str(PATH)


def test_a_refusal_says_why(section):
    section.show_refusal(PATH, "It is no model. Choose another.")
    assert "It is no model. Choose another." in section.text()
    assert section._problem.property("tone") == "error"
    assert section.requantize.isHidden()
    section.show_source(PATH.name, "llama", PATH)
    assert "no model" not in section.text()


def test_quantizing_twice_takes_a_word(section, qtbot):
    section.show_source(PATH.name, "llama · Q4_K_M", PATH)
    section.offer_requantizing("Quality would be lost twice.", agreed=False)
    assert section.requantize.isVisible()
    with qtbot.waitSignal(section.requantize_changed) as told:
        section.requantize.click()
    assert told.args == [True]
    with qtbot.assertNotEmitted(section.requantize_changed):
        section.offer_requantizing("Quality would be lost twice.", agreed=False)
    assert not section.requantize.isChecked()


def test_a_checkpoint_folder_is_asked_for(section, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(PATH.parent))
    with qtbot.waitSignal(section.chosen) as told:
        section.folder_button.click()
    assert told.args == [PATH.parent]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    with qtbot.assertNotEmitted(section.chosen):
        section.folder_button.click()


def test_a_checkpoint_can_be_looked_for(section, qtbot):
    with qtbot.waitSignal(section.find_requested):
        section.find_button.click()
