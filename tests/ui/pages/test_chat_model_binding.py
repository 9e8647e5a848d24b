"""What the chat page says of the model it talks with, and what choosing one asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Signal

from desktop.domain.library import LibraryEntry
from desktop.domain.model import LoadConfig, LoadedModel, MemoryEstimate
from desktop.ui.pages.chat_model_binding import ChatModelBinding
from desktop.ui.pages.chat_page import ChatPage
from tests.helpers.fake_controllers import FakeLibrary, Noting
from tests.helpers.scripted_models import info

STARTER = Path("/starter.gguf")


class FakeModels(Noting):
    """A ModelController that loads nothing."""

    loading = Signal(object, str)
    loaded = Signal(object)
    unloaded = Signal()
    rested = Signal()
    memory_changed = Signal(int)
    answering = False


def loaded(path: Path) -> LoadedModel:
    return LoadedModel(info(path), LoadConfig(context=512), MemoryEstimate(0, 0, 0, 0, 0, 0))


@pytest.fixture
def page(actions, icons, qtbot) -> ChatPage:
    page = ChatPage(actions, icons)
    qtbot.addWidget(page)
    return page


@pytest.fixture
def models(page) -> FakeModels:
    models = FakeModels()
    library = FakeLibrary()
    binding = ChatModelBinding(page, models, library, lambda path: path == STARTER)
    models.library, models.binding = library, binding
    return models


def test_a_model_chosen_during_an_answer_is_said_to_come_after_it(page, models) -> None:
    models.answering = True
    models.loading.emit(0.0, "Big")
    assert page.picker.button.toolTip() == "After this answer: Big"
    models.answering = False
    models.loading.emit(0.3, "Big")
    assert page.picker.button.toolTip() == "Loading Big"


def test_while_a_model_is_loaded_nobody_is_told_to_choose_one(page, models) -> None:
    models.loading.emit(0.3, "Big")
    page.composer.set_text("hello")
    assert not page.composer.button.isEnabled()
    assert page.composer.button.toolTip() == "The model is being loaded."
    models.loading.emit(None, "Big")
    models.unloaded.emit()
    assert page.composer.button.toolTip() == "Choose a model to begin."
    models.loading.emit(0.3, "Big")
    models.loading.emit(None, "Big")
    models.loaded.emit(loaded(STARTER))
    assert page.composer.button.isEnabled()


def test_without_a_model_one_can_be_chosen_and_nothing_be_sent(page, models, qtbot) -> None:
    models.loaded.emit(loaded(STARTER))
    models.unloaded.emit()
    page.composer.set_text("hello")
    assert not page.composer.button.isEnabled()
    assert "Choose a model" in page.picker.button.accessibleName()
    with qtbot.waitSignal(models.binding.open_model_requested):
        page.empty.button.click()
    with qtbot.waitSignal(models.binding.find_models_requested):
        page.empty.other.click()


def test_the_model_that_is_loaded_is_named(page, models) -> None:
    models.loaded.emit(loaded(Path("/rye.gguf")))
    page.composer.set_text("hello")
    assert page.composer.button.isEnabled()
    assert page.composer.edit.placeholderText() == "Message rye"
    assert "rye" in page.picker.button.accessibleName()
    assert page.empty.button.isHidden()


def test_only_the_starter_has_suggestions(page, models) -> None:
    models.loaded.emit(loaded(STARTER))
    assert page.empty._suggestions[0].text().endswith("France?")
    models.loaded.emit(loaded(Path("/rye.gguf")))
    assert page.empty._suggestions == []


def test_a_model_that_rests_says_so_until_it_is_back(page, models) -> None:
    models.loaded.emit(loaded(STARTER))
    models.rested.emit()
    assert "resting" in page.status.text()
    models.loaded.emit(loaded(STARTER))
    assert "resting" not in page.status.text()


def test_what_can_be_chosen_comes_from_the_library(page, models) -> None:
    entry = LibraryEntry("rye", Path("/rye.gguf"), info=info(Path("/rye.gguf"), level="Q8_0"))
    models.library.listed.emit([entry, LibraryEntry("bad", Path("/bad.gguf"), problem="No GGUF.")])
    page.picker.popup.chosen.emit(entry.path)
    assert models.last("load") == (entry.path,)
    page.picker.popup.unload_requested.emit()
    page.picker.cancel_requested.emit()
    assert models.names() == ["load", "unload", "cancel_load"]
