"""The blind test in each of its states, light and dark, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize

from desktop.domain.blind_test import Vote
from desktop.domain.errors import InvalidInput, ModelTooBig
from desktop.ui.blind_test.view import BlindTestView
from desktop.ui.pages import blind_test_binding
from desktop.ui.pages.blind_test_binding import BlindTestBinding
from desktop.ui.pages.compared_model import ComparedModel
from tests.helpers.blind_test_data import PROMPTS, FakeBlindTests, blind_test, waiting
from tests.helpers.screenshots import settle
from tests.helpers.side_by_side_data import DescribingLibrary, library, model

SIZE, NARROW = QSize(1120, 760), QSize(640, 760)


@pytest.fixture
def shown(theme, icons, qtbot, second_of_june) -> SimpleNamespace:
    second_of_june(blind_test_binding)
    view, controller, models = (
        BlindTestView(icons, PROMPTS * 12),
        FakeBlindTests(),
        DescribingLibrary(),
    )
    view.setAutoFillBackground(True)
    BlindTestBinding(view, controller, models, ComparedModel())
    view.resize(SIZE)
    view.show()
    models.listed.emit(library())
    qtbot.addWidget(view)
    return SimpleNamespace(view=view, theme=theme, controller=controller)


def choose(shown: SimpleNamespace) -> None:
    setup = shown.view.setup
    setup.levels.file_chosen.emit(model("BF16").path)
    setup.whose.choose(1)
    setup.own.setPlainText("\n".join(PROMPTS))
    shown.controller.listed.emit([blind_test(), replace(blind_test(0), id=4)])


def prepare(shown: SimpleNamespace) -> None:
    choose(shown)
    shown.view.setup.bar.button.click()
    shown.controller.created.emit(blind_test())
    shown.controller.progressed.emit(1, 0.6)


def vote(shown: SimpleNamespace) -> None:
    prepare(shown)
    shown.controller.prepared.emit(1, waiting())


def reveal(shown: SimpleNamespace) -> None:
    vote(shown)
    shown.view.round.buttons[Vote.SECOND].click()
    done = replace(waiting(), vote=Vote.SECOND)
    shown.controller.voted.emit(1, blind_test(24, [done]), done)


def trouble(shown: SimpleNamespace) -> None:
    prepare(shown)
    level = blind_test().levels[0]
    shown.controller.left_out.emit(1, level, ModelTooBig("Too big by 4.2 GB.", "Close others."))
    shown.controller.unprepared.emit(
        1, InvalidInput("Both answers were the same 8 times in a row.", "Go on if you like.")
    )


def results(shown: SimpleNamespace) -> None:
    shown.view.setup.history.open_requested.emit(5)
    shown.controller.found.emit(blind_test(24))


def sure(shown: SimpleNamespace) -> None:
    shown.view.setup.history.open_requested.emit(5)
    shown.controller.found.emit(blind_test(200))


STATES: dict[str, Callable[[SimpleNamespace], None]] = {
    "empty": lambda shown: None,
    "chosen": choose,
    "preparing": prepare,
    "round": vote,
    "revealed": reveal,
    "trouble": trouble,
    "results": results,
    "sure": sure,
}


def picture(shown: SimpleNamespace, state: str) -> None:
    STATES[state](shown)
    settle(shown.view)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_blind_test(shown, approve, state: str, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    picture(shown, state)
    approve(shown.view, f"blind-test-{state}-{mode}")


@pytest.mark.parametrize("state", ["chosen", "round", "results"])
def test_blind_test_in_a_narrow_window(shown, approve, state: str) -> None:
    picture(shown, state)
    shown.view.resize(NARROW)
    settle(shown.view)
    assert shown.view.width() == NARROW.width()
    approve(shown.view, f"blind-test-{state}-narrow")
