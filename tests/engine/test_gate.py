"""What waits at the gate, and what passes."""

from __future__ import annotations

import threading

from desktop.engine.gate import Gate


def test_it_is_open_to_begin_with() -> None:
    Gate().wait()


def test_who_waits_at_it_goes_on_when_it_opens() -> None:
    gate = Gate()
    gate.shut()
    passed = threading.Event()
    waiting = threading.Thread(target=lambda: (gate.wait(), passed.set()), daemon=True)
    waiting.start()
    waiting.join(timeout=0.05)
    assert waiting.is_alive() and not passed.is_set()
    gate.open()
    assert passed.wait(30)
    gate.wait()
