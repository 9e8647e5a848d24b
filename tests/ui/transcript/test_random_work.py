"""Long random sequences of everything that can happen keep the column whole."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from desktop.ui.transcript import Entry, TranscriptView

pytestmark = pytest.mark.gui

PIECES = [
    "Text **b** ", "\n", "\n\n", "- a\n", "1. b\n", "```py\nx=1\n", "```\n", "`c` ", "$x^2$ ", "# H\n",
    "| a | b |\n|--|--|\n| 1 | 2 |\n", "$$\ny\n$$\n", "> q\n", "   in\n", "😀", "\0", "word " * 200,
    "![i](file:///x) ", "---\n",
]  # fmt: skip


class Worker:
    """Does random things to a view, always the same for a seed."""

    def __init__(self, view: TranscriptView, seed: int) -> None:
        self.view = view
        self.random = random.Random(seed)
        self.key = 0
        self.streaming: int | None = None
        self.written = ""

    def markdown(self) -> str:
        return "".join(self.random.choices(PIECES, k=self.random.randint(0, 20)))

    def entry(self) -> Entry:
        self.key += 1
        role = self.random.choice(["user", "assistant", "system", "notice"])
        state = self.random.choice(["done", "stopped", "failed"])
        return Entry(self.key, role, self.markdown(), self.markdown(), branch=(1, 2), state=state)

    def step(self) -> None:
        often = [self.write, self.write, self.write, self.scroll, self.scroll]
        seldom = [self.open, self.add, self.end, self.resize, self.replace, self.cut, self.find]
        what = self.random.choice([*often, *seldom, self.unfold, self.go])
        what()

    def open(self) -> None:
        self.view.set_entries([self.entry() for _ in range(self.random.randint(0, 20))])
        self.streaming = None

    def add(self) -> None:
        self.view.append_entry(self.entry())

    def write(self) -> None:
        if self.streaming is None:
            self.key += 1
            self.streaming, self.written = self.key, ""
            self.view.append_entry(Entry(self.key, "assistant", "", state="streaming"))
        piece = self.markdown()
        self.written += piece
        self.view.append_text(self.streaming, piece)
        self.view.append_text(self.streaming, "thought\n", reasoning=True)
        self.view.flush()

    def end(self) -> None:
        if self.streaming is not None:
            text = self.random.choice([self.written, self.markdown()])
            self.view.finish(Entry(self.streaming, "assistant", text))
            self.streaming = None

    def scroll(self) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(self.random.choice([self.random.randint(0, bar.maximum()), bar.value() - 90]))

    def resize(self) -> None:
        self.view.resize(self.random.randint(250, 1100), self.random.randint(200, 800))

    def replace(self) -> None:
        shown = self.view.keys()
        keys = [key for key in shown if key != self.streaming]
        if keys:
            self.view.replace_entry(Entry(self.random.choice(keys), "assistant", self.markdown()))

    def cut(self) -> None:
        self.view.truncate_after(self.random.choice([*self.view.keys(), None]))
        left = self.view.keys()
        self.streaming = self.streaming if self.streaming in left else None

    def find(self) -> None:
        self.view.find(self.random.choice(["word", "Text b", "x=1"]))
        self.view.selected_text()

    def unfold(self) -> None:
        for row in list(self.view._layouter.live.values()):
            if hasattr(row, "switch"):
                row.switch.click()
                return

    def go(self) -> None:
        if self.view.keys():
            self.view.scroll_to(self.random.choice(self.view.keys()))
            self.view.restore_anchor(*self.view.anchor())


def check(view: TranscriptView) -> None:
    document, layouter = view._document, view._layouter
    for message in document.messages:
        assert [slot.index for slot in message.slots] == list(range(len(message.slots)))
        if message.slots:
            assert message.heights.total == document.heights[message.index]
    height = view.viewport().height()
    edges = [layouter.live[slot].geometry() for slot in layouter.ordered()]
    edges = [edge for edge in edges if edge.bottom() >= 0 and edge.top() < height]
    assert all(a.top() + a.height() == b.top() for a, b in pairwise(edges))
    if document.total > height:
        assert edges[0].top() <= layouter._padding
        assert edges[-1].bottom() >= height - layouter._padding - 2


@pytest.mark.parametrize("seed", [1, 2])
def test_random_work_leaves_no_holes(view, settle, seed):
    worker = Worker(view, seed)
    for _ in range(70):
        worker.step()
        settle()
        check(view)
