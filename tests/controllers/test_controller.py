from __future__ import annotations

import pytest

from desktop.controllers.controller import Controller
from desktop.domain.errors import DiskFull, InvalidInput, QuernError


class Told:
    """What a controller says, in order."""

    def __init__(self, controller: Controller) -> None:
        self.words: list[str] = []
        controller.failed.connect(lambda error: self.words.append(f"failed: {error}"))
        controller.mended.connect(lambda error: self.words.append(f"mended: {error}"))


@pytest.fixture
def controller(qapp) -> Controller:
    return Controller()


@pytest.fixture
def told(controller) -> Told:
    return Told(controller)


def full() -> None:
    raise DiskFull("The disk is full.")


def test_an_expected_failure_is_told_and_a_bug_is_not_hidden(controller, told) -> None:
    done = []
    assert controller.attempt("save", lambda: done.append(1))
    assert not controller.attempt("save", full)
    assert (done, told.words) == ([1], ["failed: The disk is full."])
    with pytest.raises(ZeroDivisionError):
        controller.attempt("save", lambda: 1 / 0)


def test_what_comes_of_a_question_the_next_time_ends_its_error_and_no_other(
    controller, told
) -> None:
    controller.attempt("save", full)
    assert controller.attempt("list", lambda: None)
    assert told.words == ["failed: The disk is full."]
    assert controller.attempt("save", lambda: None)
    assert told.words[1:] == ["mended: The disk is full."]
    assert controller.attempt("save", lambda: None)
    assert len(told.words) == 2


def test_another_error_takes_the_place_of_the_one_before(controller, told) -> None:
    controller.attempt("save", full)
    controller.fail("save", InvalidInput("It has no name."))
    assert told.words[1:] == ["mended: The disk is full.", "failed: It has no name."]


def test_an_answer_from_elsewhere_or_the_error_in_its_place(controller, told) -> None:
    answers: list[int] = []
    done, failed = controller.answer("open", answers.append)
    error = QuernError("It is gone.")
    failed(error)
    assert (answers, told.words) == ([], ["failed: It is gone."])
    done(7)
    assert (answers, told.words[1:]) == ([7], ["mended: It is gone."])


def test_errors_can_be_ended_by_what_is_no_question(controller, told) -> None:
    controller.attempt("save", full)
    controller.mend("open", "save")
    assert told.words[1:] == ["mended: The disk is full."]
