from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.ui.formats import integer
from desktop.ui.quantize.imatrix_section import ImatrixChoice, ImatrixSection


@pytest.fixture
def section(theme, qtbot) -> ImatrixSection:
    made = ImatrixSection()
    made.set_effort(8 * 10**9)
    qtbot.addWidget(made)
    made.show()
    return made


def test_none_to_begin_with(section):
    assert section.choice is ImatrixChoice.NONE
    assert not section.computes
    assert section.lacking() == ""
    assert not section._effort.isVisible()


def test_our_text_needs_no_more_but_time(section, qtbot):
    with qtbot.waitSignal(section.changed):
        section.buttons[ImatrixChoice.OURS].click()
    assert section.computes
    assert section.lacking() == ""
    assert section._effort.isVisible()
    assert section._effort.text().startswith("Computing takes half an hour and more")


@pytest.mark.parametrize(
    ("weights", "words"), [(10**9, "some minutes"), (4 * 10**9, "half an hour"), (10**11, "hours")]
)
def test_larger_models_take_longer(section, weights, words):
    section.set_effort(weights)
    assert words in section._effort.text()


def test_own_texts_have_to_be_chosen(section, qtbot, monkeypatch):
    assert not section.texts_button.isVisible()
    section.buttons[ImatrixChoice.TEXTS].click()
    assert section.texts_button.isVisible()
    assert section.lacking().startswith("Choose the text files")
    names = ["/home/ada/one.txt", "/home/ada/two.md"]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    with qtbot.waitSignal(section.changed):
        section.texts_button.click()
    assert section.texts == tuple(map(Path, names))
    assert section._texts_line.text() == "2 files: one.txt, two.md"
    assert section.lacking() == ""
    assert section.computes


def test_a_file_has_to_be_chosen_and_belongs_to_one_model(section, monkeypatch):
    section.buttons[ImatrixChoice.FILE].click()
    assert section.lacking().startswith("Choose the file")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/m/imatrix.gguf", ""))
    section.file_button.click()
    assert section.file == Path("/m/imatrix.gguf")
    assert section.lacking() == ""
    assert not section.computes
    section.forget_file()
    assert section.file is None
    assert section.choice is ImatrixChoice.NONE


def test_another_model_can_have_a_matrix_computed_from_the_same_texts(section):
    section.texts = (Path("/a.txt"),)
    section.choose(ImatrixChoice.TEXTS)
    section.forget_file()
    assert section.choice is ImatrixChoice.TEXTS
    assert section.lacking() == ""


def test_choosing_no_file_changes_nothing(section, qtbot, monkeypatch):
    section.buttons[ImatrixChoice.FILE].click()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    with qtbot.assertNotEmitted(section.changed):
        section.file_button.click()
        section.texts_button.click()
    assert section.file is None
    assert section.texts == ()


def test_choosing_by_program_tells_nothing(section, qtbot):
    with qtbot.assertNotEmitted(section.changed):
        section.choose(ImatrixChoice.OURS)
    assert section.buttons[ImatrixChoice.OURS].isChecked()


def test_ones_own_conversations_can_be_chosen_once_they_suffice(section, qtbot):
    button = section.buttons[ImatrixChoice.CONVERSATIONS]
    assert not button.isEnabled()
    section.set_words(1_234)
    assert (
        section._words_line.text()
        == f"They have {integer(1234)} words so far; it takes {integer(3000)}."
    )
    section.set_words(3_000)
    assert section._words_line.text().startswith(f"{integer(3000)} words. They stay here")
    with qtbot.waitSignal(section.changed):
        button.click()
    assert section.computes and section.lacking() == ""
    with qtbot.waitSignal(section.changed):
        section.set_words(10)  # a conversation was deleted
    assert section.choice is ImatrixChoice.NONE
