from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.job import JobState
from desktop.ui.compare.run_strip import RunStrip


def test_what_another_quern_does_is_looked_at_only_while_it_is_seen(qtbot) -> None:
    pages, strip = QStackedWidget(), RunStrip(look_ms=1)
    qtbot.addWidget(pages)
    for page in (strip, QWidget()):
        pages.addWidget(page)
    strip.show_state(JobState.RUNNING, "", resumable=False)
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
