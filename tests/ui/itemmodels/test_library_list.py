from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListView, QWidget

from desktop.domain.library import LibraryEntry
from desktop.ui.itemmodels.library_list import (
    ENTRY_ROLE,
    LOADED_ROLE,
    LibraryListModel,
    LibraryOrder,
)
from desktop.ui.library.library_pane import LibraryDelegate
from desktop.ui.widgets.row_delegate import RowDelegate
from tests.helpers.models_page_data import entry, library


@pytest.fixture
def model(qapp, qtmodeltester) -> LibraryListModel:
    made = LibraryListModel(today=lambda: date(2026, 6, 1))
    made.set_entries(library())
    qtmodeltester.check(made)
    return made


def names(model: LibraryListModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_last_used_stands_first_and_what_is_gone_last(model):
    assert names(model)[:2] == ["Qwen3-4B-Instruct Q4_K_M", "Qwen3-8B Q5_K_M"]
    assert names(model)[-1] == "mistral-7b-instruct-v0.3 Q5_K_M"


@pytest.mark.parametrize(
    ("order", "first"),
    [
        (LibraryOrder.NAME, "broken"),
        (LibraryOrder.SIZE, "gemma-3-12b-it Q4_0"),
        (LibraryOrder.PARAMETERS, "gemma-3-12b-it Q4_0"),
        (LibraryOrder.BITS, "Quern Starter"),
        (LibraryOrder.CONTEXT, "gemma-3-12b-it Q4_0"),
    ],
)
def test_other_orders(model, order, first):
    model.set_order(order)
    if order is LibraryOrder.SIZE:
        sizes = [e.size for e in model.shown() if not e.missing]
        assert sizes == sorted(sizes, reverse=True)
    assert names(model)[0] == first
    assert names(model)[-1] == "mistral-7b-instruct-v0.3 Q5_K_M"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("qwen3-", {"Qwen3-4B-Instruct Q4_K_M", "Qwen3-8B Q5_K_M"}),
        ("4B q4_k", {"Qwen3-4B-Instruct Q4_K_M"}),
        ("ollama", {"gemma-3-12b-it Q4_0"}),
        ("日本語", {"日本語モデル 🦙 7B IQ4_XS"}),
        ("no such model", set()),
    ],
)  # fmt: skip
def test_a_filter_looks_for_all_words_anywhere(model, text, found):
    model.set_filter(text)
    assert set(names(model)) == found
    assert model.total == len(library())
    model.set_filter("")
    assert model.rowCount() == model.total


def test_a_row_says_everything(model):
    index = model.index_of(library()[1].path)
    assert index.data(ENTRY_ROLE) == library()[1]
    assert model.details(library()[1]) == (
        "4.0 B parameters · 4.97 bits per weight · 32k context · apache-2.0 · Quern's folder · used today"
    )
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Qwen3-4B-Instruct Q4_K_M, Q4_K_M, 2.5 GB, 4.0 B")
    assert "no chat template" in model.details(library()[5])
    assert model.details(library()[7]) == "The file is not there any more"
    assert model.details(library()[8]) == library()[8].problem


def test_what_is_loaded_is_marked(model, qtbot):
    path = library()[2].path
    with qtbot.waitSignal(model.dataChanged):
        model.set_loaded([path])
    assert model.index_of(path).data(LOADED_ROLE)
    assert "loaded" in model.index_of(path).data(Qt.ItemDataRole.AccessibleTextRole)
    assert not model.index_of(library()[0].path).data(LOADED_ROLE)


def test_what_becomes_known_of_the_same_models_moves_nothing(model, qtbot):
    newer = [replace(one, copies=(Path("/copy"),)) for one in library()]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_entries(newer)
    assert model.shown()[0].copies == (Path("/copy"),)
    assert model.has(library()[0].path)
    assert not model.has(Path("/nowhere"))
    assert not model.index_of(Path("/nowhere")).isValid()


def test_ten_thousand_rows_are_painted_without_a_widget_each(icons, qtbot, monkeypatch):
    model = LibraryListModel()
    model.set_entries([entry(f"model-{n}", "Q4_0", 10**9, 4.5) for n in range(10_000)])
    view = QListView()
    view.setUniformItemSizes(True)
    painted = []
    content = LibraryDelegate.content
    monkeypatch.setattr(
        LibraryDelegate,
        "content",
        lambda self, index: painted.append(index.row()) or content(self, index),
    )
    view.setItemDelegate(LibraryDelegate(icons, model, view))
    view.setModel(model)
    qtbot.addWidget(view)
    view.resize(400, 500)
    view.show()
    view.grab()
    assert isinstance(view.itemDelegate(), RowDelegate)
    widgets = len(view.findChildren(QWidget))
    painted.clear()
    view.scrollToBottom()
    view.grab()
    assert 9_999 in painted
    assert min(painted) > 9_900  # only what is seen
    assert len(view.findChildren(QWidget)) == widgets
    assert not view.findChildren(QLabel)


def test_entries_without_anything_known(qapp):
    model = LibraryListModel()
    model.set_entries([LibraryEntry("new", Path("/new.gguf"), size=5)])
    assert model.details(model.shown()[0]) == "an added file"


def test_the_starter_is_called_by_its_own_name(model):
    shown = next(one for one in library() if one.starter)
    model.set_entries([replace(shown, name="starter")])
    assert names(model) == [shown.title] == [shown.info.name]
    model.set_entries([replace(shown, name="starter", info=None)])
    assert names(model) == ["starter"]
