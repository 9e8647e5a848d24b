from __future__ import annotations

import pytest
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.job import JobState
from desktop.ui.compare.run_strip import RunStrip
from tests.helpers.comparison_data import comparison


def test_what_another_quern_does_is_looked_at_only_while_it_is_seen(qtbot) -> None:
    pages, strip = QStackedWidget(), RunStrip(look_ms=1)
    qtbot.addWidget(pages)
    for page in (strip, QWidget()):
        pages.addWidget(page)
    strip.show_state(JobState.RUNNING, "", measured=False, resumable=False)
    strip.set_elsewhere(True)
    assert not strip._looks.isActive()
    with qtbot.waitSignal(strip.look_requested):
        pages.show()
    pages.setCurrentIndex(1)
    assert not strip._looks.isActive()
    with qtbot.waitSignal(strip.look_requested):
        pages.setCurrentIndex(0)
    strip.begin()
    assert not strip._looks.isActive() and not strip.is_elsewhere


@pytest.mark.parametrize(
    ("chunks", "runs", "said"),
    [(0, 0, "Nothing was measured."), (1, 0, "What was measured is shown."),
     (0, 1, "What was measured is shown.")],
)  # fmt: skip
def test_of_what_was_cancelled_it_says_whether_anything_was_measured(
    qtbot, chunks: int, runs: int, said: str
) -> None:
    strip = RunStrip()
    qtbot.addWidget(strip)
    strip.show_comparison(comparison(state=JobState.CANCELLED, chunks=chunks, runs=runs))
    assert strip.text() == f"Cancelled · {said}"
