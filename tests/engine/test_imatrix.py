"""The job as a whole: texts in, a matrix out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.domain import errors
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import ImatrixRequest
from desktop.engine import imatrix as module
from desktop.engine.gate import Gate
from desktop.engine.imatrix import compute_imatrix
from desktop.engine.imatrix_file import read_imatrix
from desktop.engine.job_messages import ComputeImatrix, ImatrixProgress
from desktop.engine.native import CancelFlag
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine
TEXT = "Some words about nothing, and some about everything else. " * 60


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def computed(
    model: Path, destination: Path, log, *texts: Path, flag=None, send=None, words="", **values
):
    values = {"context": 256, "threads": 1, **values}
    request = ImatrixRequest(model, destination, texts, **values)
    events: list = []
    reply = compute_imatrix(
        ComputeImatrix(id=5, request=request, words=words),
        send or events.append,
        log,
        flag or CancelFlag(),
        Gate(),
        set(),
    )
    return reply, events


def test_a_matrix_is_computed_and_can_be_read(models, log, tmp_path: Path, text: Path) -> None:
    path = tmp_path / "m.gguf"
    reply, events = computed(models(), path, log, text, chunks=4)
    assert all(isinstance(event, ImatrixProgress) and event.id == 5 for event in events)
    assert [(event.done, event.total) for event in events] == [(n, 4) for n in range(5)]
    assert all(event.memory > 10_000_000 for event in events)
    assert events[0].perplexity == 0 and events[-1].perplexity == reply.perplexity > 1
    matrix = read_imatrix(path, log)
    assert (matrix.datasets, matrix.chunks, matrix.chunk_size) == (("text.txt",), 4, 256)
    assert len(matrix.entries) == reply.entries == 14
    assert reply.uncovered == () and reply.perplexity_error > 0


def test_it_is_the_same_every_time(models, log, tmp_path: Path, text: Path) -> None:
    for name in ("one", "two"):
        computed(models(), tmp_path / name, log, text, chunks=3)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_trained_model_is_less_perplexed_by_what_it_was_trained_on(log, tmp_path, text) -> None:
    told = tmp_path / "told.txt"
    told.write_text((starter_model_path().parent / "held_out.txt").read_text()[:12_000])
    known, _ = computed(starter_model_path(), tmp_path / "a", log, told)
    strange, _ = computed(starter_model_path(), tmp_path / "b", log, text)
    assert known.perplexity < 5 < strange.perplexity


def test_texts_are_read_one_after_the_other(models, log, tmp_path: Path, text: Path) -> None:
    more = tmp_path / "more.txt"
    more.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    both, _ = computed(models(), tmp_path / "m.gguf", log, text, more)
    one, _ = computed(models(), tmp_path / "n.gguf", log, text)
    assert both.chunks >= 2 * one.chunks
    assert read_imatrix(tmp_path / "m.gguf", log).datasets == ("text.txt", "more.txt")


def test_words_without_a_file_are_read_as_if_they_were_in_one(
    models, log, tmp_path: Path, text: Path
) -> None:
    filed, _ = computed(models(), tmp_path / "m.gguf", log, text)
    said, _ = computed(models(), tmp_path / "n.gguf", log, words=TEXT)
    assert (said.chunks, said.perplexity) == (filed.chunks, filed.perplexity)
    assert read_imatrix(tmp_path / "n.gguf", log).datasets == ("conversations",)


def test_experts_that_were_never_reached_are_named(models, log, tmp_path: Path, text: Path) -> None:
    model = models(TinyModel(experts=64))
    reply, _ = computed(model, tmp_path / "m.gguf", log, text, chunks=2)
    assert any(": " in line and line.endswith("of 64") for line in reply.uncovered)


def test_cancelling_between_chunks_leaves_nothing(models, log, tmp_path: Path, text: Path) -> None:
    flag = CancelFlag()

    def cancel_at_two(event: ImatrixProgress) -> None:
        if event.done == 2:
            flag.set()

    with pytest.raises(errors.Cancelled):
        computed(models(), tmp_path / "m.gguf", log, text, flag=flag, send=cancel_at_two)
    assert os.listdir(tmp_path) == ["text.txt"]


@pytest.mark.parametrize("context", [0, 100, 257, 1 << 20])
def test_impossible_chunks_are_refused(models, log, tmp_path: Path, text: Path, context) -> None:
    with pytest.raises(errors.InvalidInput, match="multiple of 256"):
        computed(models(), tmp_path / "m.gguf", log, text, context=context)


def test_texts_that_cannot_be_used_are_sentences(models, log, tmp_path: Path) -> None:
    binary, short = tmp_path / "binary", tmp_path / "short"
    binary.write_bytes(b"\xff\xfe\x00")
    short.write_text("abc")
    for path, sentence in [
        (binary, "not text in UTF-8"),
        (short, "too short"),
        (tmp_path / "nowhere", "cannot be read"),
    ]:
        with pytest.raises(errors.QuernError, match=sentence):
            computed(models(), tmp_path / "m.gguf", log, path)
    assert not (tmp_path / "m.gguf").exists()


def test_the_model_and_the_text_are_no_destination(models, log, tmp_path: Path, text: Path) -> None:
    for destination in (models(), text):
        with pytest.raises(errors.InvalidInput, match="read and replaced"):
            computed(models(), destination, log, text)


def test_a_model_too_big_for_this_machine_is_refused(
    models, log, tmp_path: Path, text: Path, monkeypatch
) -> None:
    from desktop.engine import memory

    monkeypatch.setattr(memory, "available_memory", lambda _config: 1000)
    with pytest.raises(errors.ModelTooBig):
        computed(models(), tmp_path / "m.gguf", log, text)
    assert module.LONGEST_CHUNK >= 4096
