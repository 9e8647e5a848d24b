"""Side by side in each of its states, light and dark, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from desktop.domain.side_by_side import Column, Stage
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.side_by_side_binding import SideBySideBinding
from desktop.ui.side_by_side.view import SideBySideView
from tests.helpers.screenshots import settle
from tests.helpers.side_by_side_data import (
    AT_ONCE,
    IN_TURN,
    PROMPT,
    QUESTION,
    TEXTS,
    DescribingLibrary,
    FakeSideBySide,
    columns,
    explained,
    library,
    model,
)

SIZE, NARROW = QSize(1120, 760), QSize(640, 760)


@pytest.fixture
def shown(theme, icons, qtbot) -> SimpleNamespace:
    view, controller, models = SideBySideView(icons), FakeSideBySide(), DescribingLibrary()
    view.setAutoFillBackground(True)
    SideBySideBinding(view, controller, models, ComparedModel())
    view.resize(SIZE)
    view.show()
    models.listed.emit(library())
    qtbot.addWidget(view)
    return SimpleNamespace(view=view, theme=theme, controller=controller, qtbot=qtbot)


def choose(shown: SimpleNamespace) -> None:
    shown.view.setup.levels.file_chosen.emit(model("BF16").path)
    shown.view.setup.levels.rows[1].check.click()
    shown.view.setup.prompt.setPlainText(PROMPT)


def begin(shown: SimpleNamespace) -> None:
    choose(shown)
    shown.view.setup.bar.button.click()


def answering(shown: SimpleNamespace) -> None:
    begin(shown)
    controller = shown.controller
    controller.planned.emit(1, QUESTION, IN_TURN)
    controller.changed.emit(1, 0, columns()[0])
    path = model("Q4_K_M").path
    controller.changed.emit(1, 1, Column(path, Stage.ANSWERING, model("Q4_K_M")))
    controller.text_came.emit(1, 1, "Let me think about the colours. ", True)
    controller.text_came.emit(1, 1, TEXTS["Q4_K_M"][:60], False)
    text = shown.view.result.views[1].text
    shown.qtbot.waitUntil(lambda: "Sunlight" in text.toPlainText())


def done(shown: SimpleNamespace) -> None:
    begin(shown)
    shown.controller.planned.emit(1, QUESTION, AT_ONCE)
    for number, column in enumerate(columns()):
        shown.controller.changed.emit(1, number, column)
    shown.controller.ended.emit(1)


def looking(shown: SimpleNamespace) -> None:
    done(shown)
    shown.view.result.views[2].part_button.click()


def failed(shown: SimpleNamespace) -> None:
    begin(shown)
    shown.controller.planned.emit(1, QUESTION, IN_TURN)
    first, second, third = columns()
    second = replace(second, reference=True, parting=None)
    shown.controller.changed.emit(1, 1, second)
    shown.controller.changed.emit(1, 2, third)
    shown.controller.changed.emit(
        1,
        0,
        Column(
            first.path, Stage.FAILED, problem="Too big by 4.2 GB.",
            advice="A smaller quantization level of it may fit.",
        ),
    )  # fmt: skip
    shown.controller.ended.emit(1)


STATES: dict[str, Callable[[SimpleNamespace], None]] = {
    "empty": lambda shown: None,
    "chosen": choose,
    "answering": answering,
    "done": done,
    "looking": looking,
    "failed": failed,
}


def picture(shown: SimpleNamespace, state: str) -> None:
    STATES[state](shown)
    settle(shown.view)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_side_by_side(shown, approve, state: str, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    picture(shown, state)
    approve(shown.view, f"side-by-side-{state}-{mode}")


@pytest.mark.parametrize("state", ["chosen", "done"])
def test_side_by_side_in_a_narrow_window(shown, approve, state: str) -> None:
    picture(shown, state)
    shown.view.resize(NARROW)
    settle(shown.view)
    assert shown.view.width() == NARROW.width()
    approve(shown.view, f"side-by-side-{state}-narrow")


def test_the_candidates_of_a_token(shown, approve) -> None:
    picture(shown, "done")
    view = shown.view.result.views[1]
    view.text.chosen.emit(3)
    shown.controller.explained.emit(1, 1, explained())
    QApplication.processEvents()
    popup = shown.view.result.popup
    approve(popup, "side-by-side-candidates")
    popup.hide()
