from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import prompt_diff
from desktop.core.prompt_diff import DiffLine, LineKind, Part, Piece, diff, diff_texts
from desktop.domain.prompt import (
    ChainLink,
    Example,
    FieldKind,
    PromptContent,
    PromptField,
)
from desktop.domain.sampling import SamplerSettings

SAME, REMOVED, ADDED = LineKind
TEXTS = st.lists(st.sampled_from(["", "one two", "one  two!", "three", "{x}"]), max_size=6).map(
    "\n".join
)


def shown(lines: tuple[DiffLine, ...]) -> list[str]:
    """Lines with a sign before them, and changed words in brackets."""
    sign = {SAME: " ", REMOVED: "-", ADDED: "+"}
    return [
        sign[line.kind] + "".join(f"[{p.text}]" if p.changed else p.text for p in line.pieces)
        for line in lines
    ]


def test_words_are_marked_within_lines():
    lines = diff_texts("Weigh the rye.\nSame.", "Weigh all the oats.\nSame.")
    assert shown(lines) == ["-Weigh the[ rye].", "+Weigh[ all] the[ oats].", " Same."]


def test_lines_that_came_and_went():
    assert shown(diff_texts("a\nb\nc", "b\nc\nd")) == ["-[a]", " b", " c", "+[d]"]
    assert shown(diff_texts("", "a\n")) == ["+[a]", "+[]"]
    assert shown(diff_texts("a\nb", "")) == ["-[a]", "-[b]"]
    assert shown(diff_texts("x one\ny", "a\nb\nc")) == ["-[x one]", "-[y]", "+[a]", "+[b]", "+[c]"]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_lines(old, new):
    lines = diff_texts(old, new)
    assert "\n".join(line.text for line in lines if line.kind is not ADDED) == old
    assert "\n".join(line.text for line in lines if line.kind is not REMOVED) == new


def test_long_lines_and_texts_are_compared_as_a_whole(monkeypatch):
    monkeypatch.setattr(prompt_diff, "_MOST_WORDS", 3)
    assert shown(diff_texts("a b c d", "a b c e")) == ["-[a b c d]", "+[a b c e]"]
    monkeypatch.setattr(prompt_diff, "_MOST_WORDS", 1000)
    monkeypatch.setattr(prompt_diff, "_MOST_CHARACTERS", 13)
    assert shown(diff_texts("a b c d", "a b c e")) == ["-[a b c d]", "+[a b c e]"]
    monkeypatch.setattr(prompt_diff, "_MOST_LINES", 2)
    assert shown(diff_texts("a\nb\nc", "a\nb")) == ["-[a]", "-[b]", "-[c]", "+[a]", "+[b]"]


def test_the_same_content_has_no_difference():
    content = PromptContent("a", system_prompt="b", examples=(Example("q", "a"),))
    assert diff(content, content) == ()


@pytest.mark.parametrize(
    ("changes", "part", "lines"),
    [
        ({"text": "b"}, Part.TEXT, ["-[a]", "+[b]"]),
        ({"system_prompt": "b"}, Part.SYSTEM_PROMPT, ["+[b]"]),
        (
            {"fields": (PromptField("x", FieldKind.CHOICE, choices=("a", "ä"), hint="h"),)},
            Part.FIELDS,
            ['+[name: x  kind: choice  choices: ["a", "ä"]  hint: h]'],
        ),
        ({"examples": (Example("q", "a"),)}, Part.EXAMPLES, ["+[q]", "+[→ a]"]),
        ({"sampler": SamplerSettings(top_k=3)}, Part.SAMPLER, ["+[top_k: 3]"]),
        ({"sampler": SamplerSettings()}, Part.SAMPLER, ["+[defaults: ]"]),
        ({"then": ChainLink("next", "x")}, Part.THEN, ["+[next: x]"]),
    ],
)
def test_each_part_is_compared(changes, part, lines):
    (found,) = diff(PromptContent("a"), PromptContent(**{"text": "a"} | changes))
    assert found.part is part
    assert shown(found.lines) == lines


def test_parts_keep_their_order():
    found = diff(
        PromptContent("a"), PromptContent("b", system_prompt="c", then=ChainLink("d", "e"))
    )
    assert [each.part for each in found] == [Part.TEXT, Part.SYSTEM_PROMPT, Part.THEN]
    assert found[0].lines[0] == DiffLine(REMOVED, (Piece("a", True),))
