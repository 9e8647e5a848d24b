from __future__ import annotations

from desktop.controllers.undo import Undo


def test_it_happens_once() -> None:
    done = []
    undo = Undo(lambda: done.append("back"))
    undo()
    undo()
    assert done == ["back"]
