"""A streamed answer becomes the same blocks as a finished one, however it is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.ui.transcript.blocks import BlockKind, MarkdownSplitter
from desktop.ui.transcript.stream_splitter import StreamSplitter

splitter = MarkdownSplitter()
FRAGMENTS = st.sampled_from(
    [
        "Some *text* ", "and more", "\n", "\n", "\n\n", "- a\n", "- b\n", "1. x\n", "1. y\n", "   in\n",
        "```py\n", "x = 1\n", "```\n", "``", "`", "# H\n", "| a | b |\n", "|---|---|\n", "| 1 | 2 |\n",
        "$$\n", "x^2\n", "\\[", "\\]\n", "> q\n", "---\n", "   ```\n", "   code\n", "é😀", "\t", "~~~\n",
    ]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=40).map("".join), st.data())
def test_random_pieces_give_the_same_blocks(text, data):
    stream = StreamSplitter(splitter)
    position = 0
    while position < len(text):
        size = data.draw(st.integers(1, 9))
        stream.feed(text[position : position + size])
        settled = stream.blocks()[: stream.settled]
        position += size
    final = stream.finish()
    assert final == splitter.split(text)
    if text:
        assert final[: len(settled)] == settled


def test_settled_blocks_never_change_and_the_tail_stays_small():
    text = "".join(f"Paragraph {n}.\n\n- item\n- item\n\n```\ncode {n}\n```\n" for n in range(50))
    stream = StreamSplitter(splitter)
    before: list = []
    for char in text:
        stream.feed(char)
        blocks = stream.blocks()
        assert blocks[: len(before)] == before
        before = blocks[: stream.settled]
        assert len(blocks) - stream.settled <= 3
    assert stream.settled >= 198


def test_an_open_code_block_grows_line_by_line():
    stream = StreamSplitter(splitter)
    stream.feed("Here:\n\n```python\nx = 1\ny = ")
    block = stream.blocks()[-1]
    assert (block.kind, block.language, block.text) == (BlockKind.CODE, "python", "x = 1\ny = ")


def test_what_may_become_markup_is_held_back():
    stream = StreamSplitter(splitter)
    stream.feed("A line of text\n--")
    assert [block.text for block in stream.blocks()] == ["A line of text"]
    stream.feed("- not\n")
    assert stream.blocks()[-1].text == "A line of text\n--- not"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("some **bo", "some **bo**"),
        ("some **bold*", "some **bold**"),
        ("some **bold** te", "some **bold** te"),
        ("a `co", "a `co`"),
        ("**a `b", "**a `b`**"),
        ("**a `*` b", "**a `*` b**"),
        ("so *emp", "so *emp*"),
        ("so *emphasis*", "so *emphasis*"),
        ("**bold *both", "**bold *both***"),
        ("* item", "* item"),
        ("2 * 3", "2 * 3"),
        ("2 ** 3 `**` x", "2 ** 3 `**` x**"),
    ],
)
def test_open_marks_are_shown_closed(written, shown):
    stream = StreamSplitter(splitter)
    stream.feed(written)
    assert stream.blocks()[-1].text == shown
    assert stream.finish()[-1].text == written


def test_a_closing_fence_is_not_shown_as_code_while_it_arrives():
    stream = StreamSplitter(splitter)
    stream.feed("```\nx\n``")
    assert stream.blocks()[-1].text == "x"
