"""Where answers part, and where tokens stand in a text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from desktop.domain.model import ModelInfo
from desktop.domain.next_token import AnswerToken
from desktop.domain.side_by_side import (
    Column,
    Stage,
    first_difference,
    same_vocabulary,
    token_spans,
)

INFO = ModelInfo(
    path=Path("a.gguf"), file_size=1, architecture="llama", name="a", level="F16", parameters=1,
    bits_per_weight=16.0, context_length=1, embedding_length=1, block_count=1, head_count=1,
    head_count_kv=1, vocabulary_size=10, tokenizer="gpt2", license="", description="",
    chat_template=None,
)  # fmt: skip


def tokens(*texts: str) -> list[AnswerToken]:
    return [AnswerToken(crc32(text.encode()), text) for text in texts]


def pieces(text: str, *texts: str) -> list[str]:
    return [text[start:end] for start, end in token_spans(tokens(*texts), text)]


@pytest.mark.parametrize(
    ("one", "other", "index"),
    [
        (["a", " b"], ["a", " b"], None),
        (["a", " b"], ["a", " c"], 1),
        (["x"], ["y"], 0),
        (["a"], ["a", " b"], 1),
        (["a", " b"], [], 0),
        ([], [], None),
    ],
)
def test_answers_part_at_the_first_token_that_differs(one, other, index) -> None:
    assert first_difference(tokens(*one), tokens(*other)) == index


def test_ids_count_not_texts() -> None:
    assert first_difference([AnswerToken(1, "a")], [AnswerToken(2, "a")]) == 0


def test_each_token_has_its_place() -> None:
    assert pieces("The cat, sat.", "The", " cat", ",", " sat", ".") == [
        "The", " cat", ",", " sat", ".",
    ]  # fmt: skip


def test_white_space_at_the_edges_is_not_shown() -> None:
    assert pieces("Yes. No", "\n\n", " Yes", ".", " No", "\n") == ["", "Yes", ".", " No", ""]


def test_tokens_around_reasoning_are_not_shown() -> None:
    shown = "hm, well.\n\nSo it is."
    texts = ("<think>", "\n", "hm", ", well.", "</think>", "\n\n", "So", " it is.")
    assert pieces(shown, *texts) == ["", "", "hm", ", well.", "", "\n\n", "So", " it is."]


def test_parts_of_one_character_share_it() -> None:
    found = pieces("a 😀 b", "a", " \ufffd", "\ufffd", " b")
    assert found == ["a", " 😀", " 😀", " b"]


def test_parts_of_a_character_at_the_end_reach_to_the_end() -> None:
    assert pieces("hi 猫", "hi", " ", "\ufffd", "\ufffd", "") == ["hi", " ", "猫", "猫", ""]


def test_places_never_go_back_nor_beyond_the_text() -> None:
    text = "aa aa aa"
    spans = token_spans(tokens("aa", " aa", "zz", " aa", "aa"), text)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert spans[-1] == (8, 8)


def test_the_same_ids_need_not_mean_the_same() -> None:
    mine, theirs = [AnswerToken(1, "a")], [AnswerToken(1, "b")]
    assert same_vocabulary(INFO, INFO, mine, mine)
    assert not same_vocabulary(INFO, INFO, mine, theirs)
    assert not same_vocabulary(INFO, replace(INFO, vocabulary_size=11), mine, mine)
    assert not same_vocabulary(INFO, replace(INFO, tokenizer="llama"), mine, mine)


def test_a_column_shows_reasoning_first_and_knows_when_it_is_over() -> None:
    column = Column(Path("a.gguf"), text="so", reasoning="hm")
    assert column.shown == "hm\n\nso" and not column.over
    assert all(
        replace(column, stage=stage).over for stage in (Stage.DONE, Stage.STOPPED, Stage.FAILED)
    )
