from __future__ import annotations

import threading

from desktop.controllers.questions import Questions
from desktop.domain.errors import InvalidInput


def test_the_newest_question_is_answered_first_and_none_twice(tasks, qtbot) -> None:
    questions, go, answers = Questions(tasks), threading.Event(), []
    asked: list[str] = []

    def ask(key: str) -> None:
        def work() -> str:
            go.wait(20)
            asked.append(key)
            return key.upper()

        questions.ask(key, work, answers.append, answers.append)

    for key in ("a", "b", "c", "b"):
        ask(key)
    go.set()
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert asked == ["a", "b", "c"]
    assert answers == ["A", "B", "C"]


def test_one_that_fails_does_not_stop_the_others(tasks, qtbot) -> None:
    questions, answers = Questions(tasks), []

    def fail() -> str:
        raise InvalidInput("No.")

    questions.ask(1, fail, answers.append, lambda error: answers.append(error.message))
    questions.ask(2, lambda: "yes", answers.append, answers.append)
    qtbot.waitUntil(lambda: answers == ["No.", "yes"])
    questions.ask(1, lambda: "again", answers.append, answers.append)
    qtbot.waitUntil(lambda: answers[2:] == ["again"])


def test_a_bug_in_one_does_not_stop_the_others(tasks, qtbot) -> None:
    questions, answers = Questions(tasks), []
    with qtbot.captureExceptions() as bugs:
        questions.ask(1, lambda: 1 / 0, answers.append, lambda _error: None)
        questions.ask(2, lambda: "yes", answers.append, answers.append)
        qtbot.waitUntil(lambda: answers == ["yes"] and bool(bugs))
