"""The live figures and the bar of the prompt."""

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from desktop.ui.widgets.prompt_progress import PromptProgress
from desktop.ui.widgets.status_strip import StatusStrip
from desktop.ui.widgets.top_bar import TopBar


@pytest.fixture
def strip(qtbot) -> StatusStrip:
    window = QWidget()
    made = StatusStrip(window)
    qtbot.addWidget(window)
    made.resize(900, 30)
    window.show()
    yield made


def visible(strip: StatusStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(QLabel) if label.isVisible()]


def test_what_is_not_known_is_not_shown(strip):
    assert visible(strip) == []
    assert strip.text() == ""
    strip.set_memory(400_000_000)
    strip.set_memory(0)  # the model was unloaded
    assert visible(strip) == []


def test_all_figures(strip):
    strip.set_speed(14.25)
    strip.set_first_token(0.312)
    strip.set_context(812, 4096)
    strip.set_memory(400_000_000)
    assert strip.text().split(" · ")[1:] == [
        "0.31 s to first token",
        "812 / 4096 context",
        "400.0 MB",
    ]
    assert len(visible(strip)) == 4
    names = [label.accessibleName() for label in strip.findChildren(QLabel)]
    assert "812 of 4096 tokens of the context used" in names
    assert "0.31 seconds to the first token" in names


@pytest.mark.parametrize(
    ("used", "level"), [(0, ""), (800, "warning"), (950, "error"), (2000, "error")]
)
def test_the_context_bar_warns_before_it_is_full(strip, used, level):
    strip.set_context(used, 1000)
    bar = strip.findChild(QProgressBar)
    assert (bar.property("level") or "") == level
    assert bar.value() == min(used, 1000)
    assert ("no longer be seen" in strip._context_box.toolTip()) == bool(level)


def test_the_least_important_go_where_there_is_no_room(strip):
    strip.set_speed(14.2)
    strip.set_first_token(0.3)
    strip.set_context(812, 4096)
    strip.set_memory(400_000_000)
    strip.resize(230, 30)
    assert visible(strip) == ["14.2 tok/s", "812 / 4096 context"]
    strip.resize(900, 30)
    assert len(visible(strip)) == 4
    assert strip.minimumSizeHint().width() == 0


def test_a_note_stands_in_for_the_last_answer(strip):
    strip.set_speed(14.2)
    strip.set_note("Reading")
    assert visible(strip) == ["Reading"]
    strip.set_note("")
    assert visible(strip) == ["14.2 tok/s"]


def test_the_prompt_bar_foretells_the_time_left(qtbot):
    now = [0.0]
    bar = PromptProgress(clock=lambda: now[0])
    qtbot.addWidget(bar)
    said = []
    bar.said.connect(said.append)
    bar.set_progress(1000, 5000)
    now[0] = 2.0
    bar.set_progress(2000, 5000)
    assert said == ["Reading 1000 of 5000 tokens", "Reading 2000 of 5000 tokens, about 6 s left"]
    assert (bar.value(), bar.maximum()) == (2000, 5000)
    bar.set_progress(None)
    assert bar.isHidden()
    assert said[-1] == ""
    bar.set_progress(None)
    assert len(said) == 3


def test_the_top_bar_tells_what_is_read(actions, icons, qtbot):
    top = TopBar(icons, actions.action("toggle_sidebar"), actions.action("toggle_sampler"))
    qtbot.addWidget(top)
    top.resize(900, 50)
    top.show()
    height = top.sizeHint().height()
    top.progress.set_progress(10, 100)
    assert top.status.text() == "Reading 10 of 100 tokens"
    assert top.sizeHint().height() == height  # nothing jumps


def test_how_many_layers_a_graphics_processor_holds_is_told_with_the_memory(qtbot):
    strip = StatusStrip()
    qtbot.addWidget(strip)
    strip.set_layers(12, 33)
    assert "12 of its 33 layers" in strip._memory.toolTip()
    strip.set_layers(0, 33)
    assert "layers" not in strip._memory.toolTip()
