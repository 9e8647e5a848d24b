from __future__ import annotations

import threading

from desktop.controllers.token_counter import TokenCounter


def test_without_a_model_nothing_is_counted(models):
    assert not TokenCounter(models).count("hello", print)


def test_the_engine_counts_and_the_window_hears(models, starter, qtbot):
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    heard = []
    counter = TokenCounter(models)
    assert counter.count(
        "one two three", lambda number: heard.append((number, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: bool(heard))
    number, thread = heard[0]
    assert number > 0
    assert thread is threading.main_thread()


def test_a_model_at_rest_is_not_woken(models, starter, qtbot):
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    with qtbot.waitSignal(models.rested):
        models.session.rest()
    assert not TokenCounter(models).count("hello", print)
    assert models.resting
