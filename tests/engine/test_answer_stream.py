from __future__ import annotations

from time import perf_counter, sleep
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.engine import answer_stream
from desktop.engine.answer_stream import AnswerStream
from desktop.engine.protocol import Event, TextChunk
from desktop.engine.reasoning import ReasoningSplitter
from desktop.engine.wire import decode, encode


class Letters:
    """Tokens that are their own code point."""

    def feed(self, tokens: list[int]) -> str:
        return "".join(map(chr, tokens))

    def finish(self) -> str:
        return ""


def make(sent: list[Event], *stop: str) -> AnswerStream:
    detokenizer: Any = Letters()
    return AnswerStream(
        7, sent.append, detokenizer, ReasoningSplitter(), stop, perf_counter(), lambda: 9
    )


def shown(sent: list[Event]) -> str:
    return "".join(event.text for event in sent if isinstance(event, TextChunk))


def feed(stream: AnswerStream, text: str) -> None:
    for character in text:
        if stream.feed(ord(character), perf_counter()):
            break
    stream.finish()


def test_the_first_token_is_sent_at_once_and_the_rest_in_batches() -> None:
    sent: list[Event] = []
    stream = make(sent)
    stream.feed(ord("a"), perf_counter())
    assert shown(sent) == "a" and stream.ttft_ms > 0
    feed(stream, "b" * 500)
    assert shown(sent) == "a" + "b" * 500
    assert len(sent) < 100
    last = sent[-1]
    assert isinstance(last, TextChunk)
    assert last.completion_tokens == len(stream.tokens) == 501 and last.id == 7
    assert stream.text == shown(sent)


@given(
    text=st.text(alphabet="abc", max_size=40),
    stop=st.lists(st.text(alphabet="abc", min_size=1, max_size=4), max_size=3),
)
def test_stop_strings_cut_at_the_earliest(text: str, stop: list[str]) -> None:
    sent: list[Event] = []
    stream = make(sent, *stop)
    feed(stream, text)
    # The first to be complete decides; of those complete at once, the one that began first.
    for end in range(len(text) + 1):
        found = [text[:end].find(s) for s in stop if s in text[:end]]
        if found:
            assert stream.stopped and shown(sent) == text[: min(found)]
            return
    assert not stream.stopped and shown(sent) == text


def test_text_goes_out_while_nothing_is_fed() -> None:
    sent: list[Event] = []
    stream = make(sent)
    for character in "abc":
        stream.feed(ord(character), perf_counter())
    deadline = perf_counter() + 30
    while shown(sent) != "abc" and perf_counter() < deadline:
        sleep(0.005)
    assert shown(sent) == "abc"
    stream.finish()
    count = len(sent)
    sleep(0.05)
    assert len(sent) == count


def test_only_what_may_begin_a_stop_string_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_stream, "COALESCE_SECONDS", 0.0)
    sent: list[Event] = []
    stream = make(sent, "-" * 50 + "end", "no")
    for text, seen in (("Hello --", "Hello "), ("- an", "Hello --- a"), ("d n", "Hello --- and ")):
        for character in text:
            stream.feed(ord(character), perf_counter())
        assert shown(sent) == seen
    stream.finish()
    assert shown(sent) == "Hello --- and n"


def test_a_stop_string_is_found_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_stream, "COALESCE_SECONDS", 0.0)
    sent: list[Event] = []
    stream = make(sent, "STOP")
    feed(stream, "Go on. STop. STOP here")
    assert shown(sent) == "Go on. STop. " == stream.text


def test_tags_of_reasoning_are_recognised_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_stream, "COALESCE_SECONDS", 0.0)
    sent: list[Event] = []
    feed(make(sent, "STOP"), "<think>So it is.</think>Yes.")
    said = {True: "", False: ""}
    for event in sent:
        assert isinstance(event, TextChunk)
        said[event.reasoning] += event.text
    assert said == {True: "So it is.", False: "Yes."}


@given(
    text=st.text(st.characters()),
    reasoning=st.booleans(),
    speed=st.floats(0, 1e6),
    count=st.integers(0, 10**9),
)
def test_a_chunk_crosses_the_pipe_unharmed(
    text: str, reasoning: bool, speed: float, count: int
) -> None:
    chunk = TextChunk(
        id=3,
        text=text,
        reasoning=reasoning,
        completion_tokens=count,
        tokens_per_second=round(speed, 3),
        ttft_ms=1.5,
        context_used=count,
    )
    line = encode(chunk)
    assert line.count(b"\n") == 1
    assert decode(line) == chunk
