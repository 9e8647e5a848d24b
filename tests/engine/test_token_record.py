from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from desktop.domain.conversation import Role
from desktop.engine import token_record
from desktop.engine.protocol import ChatTurn
from desktop.engine.token_record import LIMIT, TokenRecord, WrittenAnswer, record_bytes, shared

SIZE = 4


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> np.ndarray[Any, Any]:
    """The logits of the last evaluation, to be set by the test."""
    logits = np.zeros(SIZE, np.float32)
    monkeypatch.setattr(
        token_record.llama, "llama_get_logits_ith", lambda _context, _at: logits.ctypes.data
    )
    return logits


def write(record: TokenRecord, context: np.ndarray[Any, Any], prompt: str, answer: str) -> None:
    """Each token is chosen from logits that are its own number."""
    record.begin([ord(character) for character in prompt])
    keep = record.keeper(0)
    for character in answer:
        context[:] = ord(character)
        keep()
        record.tokens.append(ord(character))


def kept(record: TokenRecord) -> str:
    """What was chosen from the logits that are there, "." where there are none."""
    rows = [record.logits(at) for at in range(len(record.tokens))]
    return "".join("." if row is None else chr(int(row[0])) for row in rows)


def test_logits_are_kept_for_each_token_of_an_answer(context: np.ndarray[Any, Any]) -> None:
    record = TokenRecord(SIZE)
    write(record, context, "ab", "cde")
    assert "".join(map(chr, record.tokens)) == "abcde"
    assert kept(record) == "..cde"
    assert record.logits(5) is None


def test_the_oldest_give_way(context: np.ndarray[Any, Any]) -> None:
    record = TokenRecord(SIZE, limit=3 * SIZE * 4)
    assert record.capacity == 3
    write(record, context, "ab", "cdefgh")
    assert kept(record) == ".....fgh"


def test_one_is_kept_however_large_the_vocabulary_is(context: np.ndarray[Any, Any]) -> None:
    record = TokenRecord(SIZE, limit=1)
    write(record, context, "a", "bc")
    assert kept(record) == "..c"


def test_a_follow_up_keeps_what_came_before(context: np.ndarray[Any, Any]) -> None:
    record = TokenRecord(SIZE)
    write(record, context, "ab", "cd")
    write(record, context, "abcdXY", "ef")
    assert kept(record) == "..cd..ef"


def test_another_branch_forgets_the_first(context: np.ndarray[Any, Any]) -> None:
    record = TokenRecord(SIZE)
    write(record, context, "ab", "cdefg")
    write(record, context, "abcX", "h")
    # The third token was chosen from the same; so was the fourth, which became another.
    assert kept(record) == "..cdh"
    write(record, context, "Z", "q")
    assert kept(record) == ".q"


def test_a_new_answer_is_not_known_before_it_is_complete() -> None:
    record = TokenRecord(SIZE)
    turns = (ChatTurn(Role.USER, "Hi"), ChatTurn(Role.ASSISTANT, "Ho"))
    record.answer = WrittenAnswer(turns, {"think": True}, 1)
    assert record.answer.is_of(list(turns), {"think": True})
    assert not record.answer.is_of(turns, {})
    assert not record.answer.is_of(turns[:1], {"think": True})
    record.begin([1])
    assert record.answer is None


def test_what_two_rows_of_tokens_share() -> None:
    assert shared([1, 2, 3], [1, 2, 4]) == 2
    assert shared([1, 2], [1, 2, 4]) == 2
    assert shared([], [1]) == 0
    record = TokenRecord(SIZE)
    record.begin([1, 2, 3])
    assert record.shared(record.tokens) == 3
    assert record.shared([1, 2, 9]) == 2


@pytest.mark.parametrize(("vocabulary", "rows"), [(2048, 8192), (128_256, 130), (LIMIT, 1)])
def test_what_a_full_record_takes_is_known_before(vocabulary: int, rows: int) -> None:
    assert record_bytes(vocabulary) == rows * vocabulary * 4
    if vocabulary < LIMIT:
        assert TokenRecord(vocabulary).capacity == rows
