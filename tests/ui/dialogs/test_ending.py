"""What is asked before Quern ends although something goes on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QMessageBox

from desktop.ui.dialogs.ending import may_end
from desktop.ui.widgets.late import Late


class Work:
    """A controller with something that goes on, or not."""

    def __init__(self, busy: bool = False) -> None:
        self.busy = busy


def shared(**busy: bool) -> SimpleNamespace:
    late = {name: Late(Work) for name in ("task_runs", "prompt_runs")}
    there = {name: Work() for name in ("quantization", "comparison")}
    for name in busy:
        if name in late:
            late[name] = Late(lambda: Work(True))
            late[name].get()
        else:
            there[name] = Work(True)
    return SimpleNamespace(**there, **late)


@pytest.fixture
def answer(qapp, monkeypatch):
    """Answer the question by the button called so; gives what was asked, and its default."""

    def choose(wanted: str) -> list[tuple[str, str]]:
        asked = []

        def execute(box: QMessageBox) -> int:
            asked.append((box.text(), box.defaultButton().text()))
            box.chosen = next(b for b in box.buttons() if b.text() == wanted)
            return 0

        monkeypatch.setattr(QMessageBox, "exec", execute)
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: box.chosen)
        return asked

    return choose


def test_nothing_is_asked_when_nothing_goes_on(answer) -> None:
    asked = answer("Keep it open")
    idle = shared()
    assert may_end(idle, None)
    assert asked == []
    assert not idle.task_runs.exists and not idle.prompt_runs.exists


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("quantization", "A model is still being converted or made smaller."),
        ("comparison", "Levels are still being compared."),
        ("task_runs", "Models are still being asked."),
        ("prompt_runs", "A prompt is still being run."),
    ],
)
def test_work_is_given_up_only_when_the_person_says_so(answer, what, words) -> None:
    asked = answer("Keep it open")
    assert not may_end(shared(**{what: True}), None)
    assert asked == [(words, "Keep it open")]
    answer("Close Quern")
    assert may_end(shared(**{what: True}), None)
