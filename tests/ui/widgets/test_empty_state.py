from PySide6.QtWidgets import QPushButton

from desktop.ui.widgets.empty_state import EmptyState


def suggestions(state: EmptyState) -> list[QPushButton]:
    return state._suggestions


def test_suggestions_and_buttons(icons, qtbot):
    state = EmptyState(icons)
    qtbot.addWidget(state)
    state.resize(900, 600)
    state.show()
    state.set_content("Ask", "It is small.", "Open a model file…", "Find a model…")
    state.set_suggestions(["One & two", "Three"])
    with qtbot.waitSignal(state.suggestion_chosen) as told:
        suggestions(state)[0].click()
    assert told.args == ["One & two"]
    with qtbot.waitSignal(state.action_requested):
        state.button.click()
    with qtbot.waitSignal(state.other_requested):
        state.other.click()
    state.set_content("Ask", "It is small.")
    assert not state.button.isVisible()
    assert not state.other.isVisible()
    state.set_suggestions(["Only"])
    assert [b.text() for b in suggestions(state)] == ["Only"]


def test_long_suggestions_stand_below_each_other(icons, qtbot):
    state = EmptyState(icons)
    qtbot.addWidget(state)
    state.set_suggestions(["Short one", "Short two"])
    state.resize(900, 600)
    state.show()
    one, two = suggestions(state)
    qtbot.waitUntil(lambda: one.y() == two.y() and one.x() < two.x())
    state.resize(200, 600)
    qtbot.waitUntil(lambda: one.y() < two.y())


def test_it_does_not_scroll_sideways_where_buttons_fit_below_each_other(icons, qtbot):
    state = EmptyState(icons)
    qtbot.addWidget(state)
    state.set_content("Ask", "It is small.", "Open a model file…", "Find a model…")
    both = state.button.sizeHint().width() + state.other.sizeHint().width()
    state.resize(both + 80, 600)
    state.show()
    bar = state.horizontalScrollBar()
    qtbot.waitUntil(lambda: state.button.y() == state.other.y())
    for width in range(both + 80, both, -1):
        state.resize(width, 600)
        qtbot.waitUntil(lambda: bar.maximum() == 0)
    qtbot.waitUntil(lambda: state.button.y() < state.other.y())
    font = state.font()
    state.resize(both + 80, 600)
    qtbot.waitUntil(lambda: state.button.y() == state.other.y())
    font.setPointSizeF(font.pointSizeF() * 1.7)
    state.setFont(font)
    qtbot.waitUntil(lambda: state.button.y() < state.other.y() and bar.maximum() == 0)
