"""Splitting finished text: which blocks there are, and what they hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.ui.transcript.blocks import (
    PARAGRAPH_LIMIT,
    PLAIN_LIMIT,
    Block,
    BlockKind,
    Gap,
    MarkdownSplitter,
    split_plain,
)
from desktop.ui.transcript.segments import cut

splitter = MarkdownSplitter()


def shape(markdown: str) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in splitter.split(markdown)]


def test_every_kind_of_block():
    assert shape(
        "# Title\nText\nmore\n\n```py\nx = 1\n\ny\n```\n| a | b |\n|--|--|\n| 1 | 2 |\n\n"
        "$$\nx^2\n$$\n\n---\n> quote\n"
    ) == [
        ("prose", "# Title"),
        ("prose", "Text\nmore"),
        ("code", "x = 1\n\ny"),
        ("table", "| a | b |\n|--|--|\n| 1 | 2 |"),
        ("math", "x^2"),
        ("rule", ""),
        ("prose", "> quote"),
    ]


def test_list_items_are_blocks_of_their_own_with_their_real_numbers():
    assert shape("1. one\n1. two\n   - inner\n\n1. three") == [
        ("prose", "1. one"),
        ("prose", "2. two\n   - inner"),
        ("prose", "3. three"),
    ]


def test_code_in_a_list_is_taken_out_and_knows_its_level():
    blocks = splitter.split("1. run\n   ```sh\n   ls\n\n   pwd\n   ```\n   then\n2. done")
    assert [(b.kind.value, b.text, b.indent) for b in blocks] == [
        ("prose", "1. run", 0),
        ("code", "ls\n\npwd", 1),
        ("prose", "then", 1),
        ("prose", "2. done", 0),
    ]


def test_formulas_in_lists_and_on_one_line():
    blocks = splitter.split("- so\n  \\[ a = b \\]\n\n$$c$$.\n")
    assert [(b.kind.value, b.text, b.indent) for b in blocks] == [
        ("prose", "- so", 0),
        ("math", "a = b", 1),
        ("math", "c", 0),
    ]


@pytest.mark.parametrize("text", ["$$\nnever closed\n\nnext", "\\[ open\n\nnext", "$$\n\n$$"])
def test_an_unclosed_formula_stays_text(text):
    assert all(kind == "prose" for kind, _ in shape(text))


def test_an_unclosed_fence_takes_the_rest():
    assert shape("a\n\n```\nx\n\n# y\n") == [("prose", "a"), ("code", "x\n\n# y")]


def test_html_is_text():
    assert shape("<script>alert(1)</script>\n\n<b>x</b>") == [
        ("prose", "<script>alert(1)</script>"),
        ("prose", "<b>x</b>"),
    ]


def test_the_source_of_code_survives_fences_inside_it():
    block = Block(BlockKind.CODE, "```\ninner\n```", "md")
    assert splitter.split(block.source) == [block]


def test_a_very_long_paragraph_is_split_at_sentences():
    text = "This is a sentence. " * 1000
    blocks = splitter.split(text)
    assert all(len(block.text) <= PARAGRAPH_LIMIT for block in blocks)
    assert " ".join(block.text for block in blocks) == text.strip()
    assert [block.gap for block in blocks[1:]] == [Gap.NONE] * (len(blocks) - 1)


def test_a_long_table_repeats_its_header():
    table = "| a |\n|---|\n" + "".join(f"| {n} |\n" for n in range(150))
    blocks = splitter.split(table)
    assert [block.text.count("\n") for block in blocks] == [61, 61, 31]
    assert all(block.text.startswith("| a |\n|---|\n") for block in blocks)


@given(st.text(max_size=200).map(lambda text: text * 60))
def test_plain_text_loses_nothing_but_line_ends_at_seams(text):
    blocks = split_plain(text)
    assert all(len(block.text) <= PLAIN_LIMIT for block in blocks)
    assert "".join(b.text for b in blocks).replace("\n", "") == text.replace("\n", "")


LINES = st.sampled_from(
    [
        "", "", "", "", "text", "more text", "# Heading", "## Sub", "===", "---", "***", "> quote", ">",
        "- item", "- item", "* other", "+ plus", "-", "- - nested", "- # heading", "- ```", "- $$ x $$",
        "1. one", "2. two", "3) three", "10. ten", "1. ```", " 1. set in", "  - inner", "     - deep",
        " 1 ", "   deeper", "    four", "      six", "\ttab", "```", "```py", "~~~", "   ```", "   ```sh",
        "| a | b |", "|---|---|", "| 1 | 2 |", "  | 1 |", "$$", "$$ x $$", "  $$", "\\[", "\\]", "$$ x",
    ]
)  # fmt: skip
DOCUMENTS = st.lists(LINES, max_size=25).map("\n".join)


@given(DOCUMENTS)
def test_cuts_lose_nothing(document):
    assert "".join(segment.text for segment in cut(document)) == document


def leaves(markdown: str) -> list[tuple[str, str]]:
    """What a text holds, by Markdown's own rules, whatever pieces it is parsed in."""
    tokens = splitter._parser.parse(markdown)
    return [
        (token.type, token.content)
        for token in tokens
        if token.type in ("inline", "fence", "code_block", "math_block", "hr")
    ]


@settings(max_examples=500)
@given(DOCUMENTS)
def test_cuts_do_not_change_what_anything_means(document):
    parts = [leaf for segment in cut(document) for leaf in leaves(segment.text)]
    assert parts == leaves(document)
