"""Changing theme and text size of a window with every page open, against one with the chat only."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import App
from desktop.domain.conversation import Role
from desktop.domain.paths import Home
from desktop.ui.colors import DARK
from desktop.ui.theme import Theme
from desktop.ui.window import Window
from tests.helpers.apps import make_app

ROUNDS = 7
SETTLE_MS = 1500  # a page is made bit by bit
MESSAGES = 100
TEXT = "Some **text** with `code`, and more of it. " * 20


def run() -> list[tuple[str, float, float, bool]]:
    """Processor times of the window's thread in milliseconds, to the last repaint: name, value,
    bound, whether it holds."""
    qt = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(qt, Home(Path(folder)))
        window = app.open_window()
        theme = window.shared.theme
        show_conversation(app, window)
        alone = change(theme)
        widgets = len(qt.allWidgets())
        open_pages(window)
        every = change(theme)
        more = len(qt.allWidgets()) / widgets
        app.quit()
        app.close()
    names = ("light and dark", "text size")
    rows = [
        (f"{name}: every page open / chat only", theirs / ours, 1.5)
        for name, ours, theirs in zip(names, alone, every, strict=True)
    ]
    facts = [
        *(
            (f"{name}, every page open [ms]", value)
            for name, value in zip(names, every, strict=True)
        ),
        ("widgets: every page open / chat only", more),
    ]
    return [
        *((name, value, bound, value <= bound) for name, value, bound in rows),
        *((name, value, "told only", True) for name, value in facts),
    ]


def show_conversation(app: App, window: Window) -> None:
    conversation = app.store.create()
    parent: int | None = None
    for number in range(MESSAGES):
        role = Role.ASSISTANT if number % 2 else Role.USER
        parent = app.store.add_message(conversation.id, role=role, text=TEXT, parent_id=parent).id
    window.chat.open(conversation.id)
    window.binding.set_panel_visible(True)
    QTest.qWait(SETTLE_MS)


def open_pages(window: Window) -> None:
    """Each page once, and the chat again."""
    for page in ("models", "quantize", "compare", "prompts", "settings"):
        window.main.show_page(page)
        QTest.qWait(SETTLE_MS)
    window.pages.find_models()
    QTest.qWait(SETTLE_MS)
    window.main.show_page("compare")
    for view in (1, 2, 3):
        window.pages.compare.views.choose(view)
        QTest.qWait(SETTLE_MS)
    window.main.show_page("chat")
    QTest.qWait(SETTLE_MS)


def change(theme: Theme) -> tuple[float, float]:
    """How long colours and text size take."""
    colours = median(lambda: theme.apply("light" if theme.colors is DARK else "dark"))
    sizes = median(lambda: theme.apply(theme.mode, 1.5 if theme.text_scale == 1 else 1.0))
    return colours, sizes


def median(act: Callable[[], object]) -> float:
    return statistics.median(timed(act) for _ in range(ROUNDS))


def timed(act: Callable[[], object]) -> float:
    started = time.thread_time()
    act()
    for _ in range(5):  # sizes follow from sizes
        QApplication.processEvents()
    return (time.thread_time() - started) * 1000
