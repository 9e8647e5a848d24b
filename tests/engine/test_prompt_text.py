from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.errors import InvalidInput
from desktop.engine.prompt_text import text_with_answer, without_oldest
from desktop.engine.reasoning import FAMILIES
from tests.engine.conftest import assistant, system, user


class Brackets:
    """A template that puts each message into brackets, and perhaps opens a reasoning."""

    reasoning = FAMILIES[0]

    def __init__(self, opens: str = "") -> None:
        self._opens = opens

    def render(self, messages: Any, _arguments: dict[str, bool]) -> str:
        return "".join(f"[{message.content}]" for message in messages) + self._opens


class Shouting:
    """A vocabulary whose protected texts can be told."""

    def protect(self, text: str) -> str:
        return text.upper()


def text(answer: Any, opens: str = "") -> str:
    template: Any = Brackets(opens)
    vocabulary: Any = Shouting()
    return text_with_answer(template, vocabulary, (user("hi"), answer), {})


def test_the_answer_stands_behind_the_prompt_as_the_model_writes_it() -> None:
    assert text(assistant("yes")) == "[hi]YES"
    assert text(assistant("yes", "hm")) == "[hi]<think>\nHM\n</think>\n\nYES"
    assert text(assistant("", "hm")) == "[hi]<think>\nHM"


def test_a_reasoning_that_the_template_opens_is_not_opened_again() -> None:
    assert text(assistant("yes", "hm"), "<think>\n") == "[hi]<think>\nHM\n</think>\n\nYES"
    assert text(assistant("yes"), "<think>\n") == "[hi]<think>\n\n</think>\n\nYES"


def test_only_an_answer_can_stand_there() -> None:
    with pytest.raises(InvalidInput):
        text(user("again"))


def test_the_oldest_messages_go_and_the_system_prompt_stays() -> None:
    messages = (system("be"), user("1"), assistant("2"), user("3"))
    assert without_oldest(messages, 2) == (messages[0], messages[3])
    assert without_oldest(messages, 0) == messages
    assert without_oldest(messages[1:], 1) == messages[2:]
