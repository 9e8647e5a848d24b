from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.reasoning import FAMILIES, ReasoningSplitter, family_of, open_at_end


def split(splitter: ReasoningSplitter, *chunks: str) -> tuple[str, str]:
    """(reasoning, answer) of a stream."""
    parts = [part for chunk in chunks for part in splitter.feed(chunk)] + splitter.finish()
    assert all(text for text, _ in parts)
    return (
        "".join(text for text, inside in parts if inside),
        "".join(text for text, inside in parts if not inside),
    )


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_reasoning_is_told_from_the_answer(family, size: int) -> None:
    text = f"{family.open}\nLet me see.\n\nYes.\n{family.close}\n\nThe answer."
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    assert split(ReasoningSplitter(), *chunks) == ("Let me see.\n\nYes.", "The answer.")


def test_a_prompt_that_leaves_reasoning_open_starts_inside() -> None:
    family = open_at_end("<|im_start|>assistant\n<think>\n")
    assert family is FAMILIES[0]
    assert split(ReasoningSplitter(family), "Hm", "m.</thi", "nk>Yes") == ("Hmm.", "Yes")
    assert open_at_end("<think>\n\n</think>\n\n") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>no end", ("no end", "")),
        ("<think>", ("", "")),
        ("<think>a</thin", ("a</thin", "")),
        ("<thi", ("", "<thi")),
        ("<thigh>", ("", "<thigh>")),
        ("Say <think>x</think>", ("", "Say <think>x</think>")),
        ("</think>x", ("", "</think>x")),
        ("<think></think>x", ("", "x")),
        ("  \n<think>a</think>b", ("a", "b")),
        ("<|channel|>final<|message|>b", ("", "b")),
        ("  indented", ("", "  indented")),
        ("<think>a</think>b<think>c</think>", ("a", "b<think>c</think>")),
        ("<think>a < b</think>c", ("a < b", "c")),
    ],
)
def test_odd_tags_lose_nothing(text: str, expected: tuple[str, str]) -> None:
    assert split(ReasoningSplitter(), text) == expected
    assert split(ReasoningSplitter(), *text) == expected


def test_a_continued_answer_may_begin_with_anything() -> None:
    splitter = ReasoningSplitter(answering=True)
    assert split(splitter, "<think>x</think>") == ("", "<think>x</think>")


@given(
    st.lists(
        st.sampled_from(["<think>", "</think>", "<thi", "nk>", "a", " ", "\n", "<", "[THINK]"])
    )
)
def test_how_the_stream_is_cut_makes_no_difference(pieces: list[str]) -> None:
    assert split(ReasoningSplitter(), *pieces) == split(ReasoningSplitter(), "".join(pieces))


@given(st.text(alphabet="ab \n<>/", max_size=30))
def test_text_without_tags_comes_out_whole(text: str) -> None:
    reasoning, answer = split(ReasoningSplitter(), *text)
    assert not reasoning
    assert answer == text or (text.isspace() and answer == text)


def test_the_family_is_known_by_its_closing_tag() -> None:
    assert family_of("{{ '[/THINK]' }}").open == "[THINK]"
    assert family_of("plain") is FAMILIES[0]
