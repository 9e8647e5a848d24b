"""A blind test of three levels, for pictures and tests of widgets."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal

from desktop.domain.blind_test import BlindLevel, BlindRequest, BlindTest, Round, Vote
from desktop.ui.blind_test.view import BlindTestView
from desktop.ui.icons import Icons
from desktop.ui.pages.blind_test_binding import BlindTestBinding
from desktop.ui.pages.compared_model import ComparedModel
from tests.helpers.fake_controllers import Noting
from tests.helpers.side_by_side_data import SIZES, TEXTS, DescribingLibrary, library, model

PROMPTS = (
    "Explain to a ten-year-old why the sky is blue.",
    "Write a rhyming poem of four lines about rain on a tin roof.",
)
REQUEST = BlindRequest(
    tuple(BlindLevel(model(level).path, level, SIZES[level][0]) for level in TEXTS), PROMPTS
)
BEGUN = time.mktime((2026, 6, 1, 12, 0, 0, 0, 0, -1))


def waiting(number: int = 40) -> Round:
    return Round(number, PROMPTS[0], 7, 2, 0, (TEXTS["Q2_K"], TEXTS["BF16"]), created_at=BEGUN)


def rounds(count: int, sure: float = 0.8) -> tuple[Round, ...]:
    """The same for the same count: lower levels win with a chance of 1 - `sure`."""
    chance = random.Random(4)
    made = []
    for number in range(count):
        first, second = chance.sample(range(3), 2)
        better = (first < second) == (chance.random() < sure)
        vote = Vote.TIE if number % 7 == 3 else Vote.FIRST if better else Vote.SECOND
        made.append(
            Round(
                number, PROMPTS[number % 2], 1, first, second, ("a", "b"), vote,
                automatic=number % 14 == 3, created_at=BEGUN, voted_at=BEGUN,
            )
        )  # fmt: skip
    return tuple(made)


def blind_test(votes: int = 24, more: Sequence[Round] = (), sure: float = 0.8) -> BlindTest:
    return BlindTest(5, REQUEST, (*rounds(votes, sure), *more), BEGUN)


class FakeBlindTests(Noting):
    """In place of the controller: notes what it is asked, and says what a test lets it say."""

    listed = Signal(object)
    created = Signal(object)
    found = Signal(object)
    prepared = Signal(int, object)
    progressed = Signal(int, float)
    left_out = Signal(int, object, object)
    unprepared = Signal(int, object)
    voted = Signal(int, object, object)
    ended = Signal(int)
    exported = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.sitting = 0

    def sit(self, test: BlindTest) -> int:
        self.asked.append(("sit", (test,)))
        self.sitting += 1
        return self.sitting


def bound_view(icons: Icons) -> tuple[BlindTestView, FakeBlindTests]:
    """The view with three levels and prompts of one's own to choose from, and tests there were."""
    view, controller, models = (
        BlindTestView(icons, PROMPTS * 12),
        FakeBlindTests(),
        DescribingLibrary(),
    )
    BlindTestBinding(view, controller, models, ComparedModel())
    models.listed.emit(library())
    view.setup.levels.file_chosen.emit(model("BF16").path)
    view.setup.whose.choose(1)
    view.setup.own.setPlainText("\n".join(PROMPTS))
    controller.listed.emit([blind_test(), replace(blind_test(0), id=4)])
    return view, controller


def round_view(icons: Icons) -> BlindTestView:
    """The view with a round to vote on."""
    view, controller = bound_view(icons)
    view.setup.bar.button.click()
    controller.created.emit(blind_test())
    controller.prepared.emit(1, waiting())
    return view


def ranked_view(icons: Icons) -> BlindTestView:
    """The view with a ranking."""
    view, controller = bound_view(icons)
    view.setup.history.open_requested.emit(5)
    controller.found.emit(blind_test())
    return view
