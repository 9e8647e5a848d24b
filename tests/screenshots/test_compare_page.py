"""The Compare page in each of its states, light and dark, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication

from desktop.domain.errors import ModelFileInvalid
from desktop.domain.job import JobProgress, JobState
from desktop.ui.pages import kept_runs_binding
from desktop.ui.pages.compare_binding import CompareBinding
from desktop.ui.pages.compare_page import ComparePage
from tests.helpers.comparison_data import (
    CACHE,
    FACTS,
    MEMORY,
    PACE,
    comparison,
    history,
    library,
    report,
    troubled,
)
from tests.helpers.fake_controllers import FakeComparisons, FakeConversations, FakeLibrary
from tests.helpers.quantize_page_data import FOLDER, SOURCE, estimates
from tests.helpers.screenshots import settle

SIZE = QSize(1120, 760)
TALL = QSize(1120, 2000)
NARROW = QSize(640, 1400)


@pytest.fixture
def shown(main, theme, icons, second_of_june) -> SimpleNamespace:
    second_of_june(kept_runs_binding)
    controller, models = FakeComparisons(), FakeLibrary()
    page = ComparePage(icons, lambda: MEMORY)
    CompareBinding(page, controller, models, FakeConversations(), FOLDER, CACHE)
    main.add_page("compare", page, "Compare", "scale")
    main.resize(SIZE)
    main.show()
    assert page.body  # made now; it asks for the library then
    models.listed.emit(library())
    return SimpleNamespace(window=main, theme=theme, page=page, controller=controller)


def past(shown: SimpleNamespace) -> None:
    shown.controller.listed.emit(history())


def choose(shown: SimpleNamespace) -> None:
    controller = shown.controller
    shown.page.set_base(SOURCE)
    controller.base_known.emit(SOURCE, library()[0].info)
    controller.levels_known.emit(*controller.last("dry_run"), estimates())
    controller.chunks_known.emit(*controller.last("count"), 140)
    controller.pace_known.emit(PACE)
    controller.space_known.emit(CACHE, 120_000_000_000)


def choose_everything(shown: SimpleNamespace) -> None:
    choose(shown)
    setup = shown.page.body.setup
    setup.keeping.choices.buttons["keep"].click()
    setup.text.choices.buttons["conversations"].click()
    item = setup.text.conversations.item(0)
    item.setCheckState(Qt.CheckState.Checked)
    shown.controller.chunks_known.emit(*shown.controller.last("count"), 3)
    past(shown)
    shown.window.resize(TALL)


def quantized(shown: SimpleNamespace) -> None:
    entry = library()[2]
    shown.page.body.setup.base.chosen.emit(entry.path)
    shown.controller.base_known.emit(entry.path, entry.info)


def refuse(shown: SimpleNamespace) -> None:
    shown.page.set_base(SOURCE)
    error = ModelFileInvalid("It ends in the middle of its header.", "Get it again.")
    shown.controller.base_refused.emit(SOURCE, error)


def open_report(shown: SimpleNamespace, whole=None) -> None:
    shown.page.body.setup.history.open_requested.emit(7)
    shown.controller.results_known.emit(report(whole))


def running(shown: SimpleNamespace) -> None:
    shown.controller.begun.emit(7)
    open_report(shown, comparison(state=JobState.RUNNING, chunks=3, runs=0))
    progress = JobProgress(0.34, "Chunk 4 of 8: Q5_K_M")
    shown.controller.progressed.emit(7, progress, 130.0)


def result(shown: SimpleNamespace) -> None:
    shown.window.resize(TALL)
    open_report(shown)


def trouble(shown: SimpleNamespace) -> None:
    shown.window.resize(TALL)
    open_report(shown, troubled())


def interrupted(shown: SimpleNamespace) -> None:
    open_report(shown, comparison(state=JobState.INTERRUPTED, chunks=4, runs=1))


def beside(shown: SimpleNamespace) -> None:
    result(shown)
    past(shown)
    pair = shown.page.body.result.pair
    pair.choice.setCurrentIndex(pair.choice.findData(8))
    pair.choice.activated.emit(pair.choice.currentIndex())
    slower = comparison(("Q4_K_M", "Q2_K"), number=8, facts={**FACTS, "Threads": "2"})
    shown.controller.results_known.emit(report(slower))
    bar = shown.page.body.result.verticalScrollBar()
    QApplication.processEvents()
    bar.setValue(bar.maximum())


STATES: dict[str, Callable[[SimpleNamespace], None]] = {
    "empty": lambda shown: None,
    "past": past,
    "levels": choose,
    "everything": choose_everything,
    "quantized": quantized,
    "refused": refuse,
    "running": running,
    "result": result,
    "trouble": trouble,
    "interrupted": interrupted,
    "beside": beside,
}


def picture(shown: SimpleNamespace, state: str) -> None:
    STATES[state](shown)
    settle(shown.window)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_compare_page(shown, approve, state: str, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    picture(shown, state)
    approve(shown.window, f"compare-{state}-{mode}")


@pytest.mark.parametrize("state", ["levels", "result"])
def test_compare_page_in_a_narrow_window(shown, approve, state: str) -> None:
    picture(shown, state)
    shown.window.resize(NARROW)
    settle(shown.window)
    assert shown.window.width() == NARROW.width()
    approve(shown.window, f"compare-{state}-narrow")


@pytest.mark.parametrize("state", ["levels", "result"])
def test_compare_page_from_right_to_left(qapp, shown, approve, state: str) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture(shown, state)
    approve(shown.window, f"compare-{state}-mirrored")


@pytest.mark.parametrize("state", ["levels", "result"])
def test_compare_page_with_text_twice_as_large(shown, approve, state: str) -> None:
    shown.theme.apply("light", 2.0)
    picture(shown, state)
    approve(shown.window, f"compare-{state}-large")
