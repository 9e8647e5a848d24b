from __future__ import annotations

import gc
import threading
import weakref

import pytest

from desktop.controllers.garbage_collector import GarbageCollector

MANY = 5_000


class Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp):
    was_on = gc.isenabled()
    yield GarbageCollector()
    if was_on:
        gc.enable()


def test_garbage_is_collected_on_the_windows_thread_only(collector) -> None:
    gc.collect()
    ring = Ring()
    dead_on: list[threading.Thread] = []
    weakref.finalize(ring, lambda: dead_on.append(threading.current_thread()))
    del ring
    kept: list[Ring] = []
    worker = threading.Thread(target=lambda: kept.extend(Ring() for _ in range(MANY)))
    worker.start()
    worker.join()
    assert dead_on == []
    collector.look()
    assert dead_on == [threading.main_thread()]


def test_where_there_is_little_to_collect_nothing_is_done(collector) -> None:
    gc.collect()
    ring = weakref.ref(Ring())
    collector.look()
    assert ring() is not None
    gc.collect()
    assert ring() is None
