from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog

from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.widgets.model_chooser import ModelChooser

PATH = Path("/models/a-rather-long-name-F16.gguf")


@pytest.fixture
def chooser(icons, theme, qtbot) -> ModelChooser:
    made = ModelChooser(icons)
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_it_is_and_where_it_lies(chooser):
    chooser.show_looking(PATH)
    assert chooser.text() == f"{PATH.name} Looking at it…"
    chooser.show_facts("Title", "llama · F16", str(PATH))
    assert chooser.text() == "Title llama · F16"
    assert chooser._path.text() == str(PATH)
    assert chooser._facts.property("tone") == ""


def test_without_a_title_it_says_quietly_what_to_choose(chooser):
    chooser.show_facts("", "Choose one.", "")
    assert chooser.text() == "Choose one."
    assert chooser._facts.property("tone") == "secondary"
    assert chooser._title.isHidden() and chooser._path.isHidden()


def test_a_refusal_says_why_until_another_is_chosen(chooser):
    chooser.show_refusal(PATH, "It is no model. Choose another.")
    assert chooser.text() == f"{PATH.name} It is no model. Choose another."
    assert chooser._problem.property("tone") == "error"
    chooser.show_facts("Title", "llama", str(PATH))
    assert chooser.text() == "Title llama" and chooser._problem.isHidden()
    chooser.say("At a cost.", "warning")
    assert chooser._problem.property("tone") == "warning" and chooser._problem.isVisible()


def test_a_model_of_the_library_is_chosen_from_a_list(chooser, qtbot):
    chooser.set_models([ModelChoice("One", "F16", PATH, 1)])
    chooser.model_button.click()
    assert chooser.popup.isVisible()
    with qtbot.waitSignal(chooser.chosen) as told:
        chooser.popup.chosen.emit(PATH)
    assert told.args == [PATH]
    chooser.popup.hide()


def test_a_file_is_asked_for(chooser, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(PATH), ""))
    for ask in (chooser.file_button.click, chooser.popup.open_requested.emit):
        with qtbot.waitSignal(chooser.chosen) as told:
            ask()
        assert told.args == [PATH]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(chooser.chosen):
        chooser.file_button.click()


def test_the_tab_key_follows_the_eye(chooser):
    box, other = QCheckBox("All the same"), chooser.add_button("Other", "files")
    chooser.add_below_problem(box)
    order = [box, chooser.model_button, chooser.file_button, other]
    for part, following in pairwise(order):
        assert part.nextInFocusChain() is following


def test_a_way_without_an_icon_looks_like_a_link(chooser):
    assert chooser.add_button("Find one").property("kind") == "link"
    with_icon = chooser.add_button("Open one", "files")
    assert with_icon.property("kind") is None and not with_icon.icon().isNull()
