"""Headers, sound and hostile: described or refused in words, and never a crash of the parent."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import ModelFileInvalid, ModelFileMissing
from desktop.domain.model import LoadConfig
from desktop.engine.gguf_header import loadable, opened_header, read_header
from desktop.engine.native import LlamaLog
from desktop.engine.protocol import Estimate, Failed, Hello, Inspect
from tests.engine.conftest import Child
from tests.helpers.tiny_models import CHATML

Models = Callable[..., Path]


def test_a_header_is_described(models: Models, log: LlamaLog) -> None:
    path = models()
    info = read_header(path, log)
    assert (info.architecture, info.name, info.level) == ("llama", "Tiny", "F32")
    assert (info.block_count, info.embedding_length, info.context_length) == (2, 64, 4096)
    assert (info.head_count, info.head_count_kv) == (4, 2)
    assert info.file_size == path.stat().st_size
    assert info.parameters == sum(t.size for t in info.tensors) // 4
    assert info.bits_per_weight == 32
    assert info.chat_template == CHATML
    assert info.metadata["llama.rope.dimension_count"] == "16"
    assert info.tensors[0].type == "F32"
    assert info.tensors[0].shape == (64, info.vocabulary_size)
    assert info.problems == ()


def test_arrays_of_texts_are_read(models: Models, log: LlamaLog) -> None:
    with opened_header(models(), log) as header:
        tokens = header.texts("tokenizer.ggml.tokens")
        assert tokens[0] == "\u0100" and tokens[-1] == "<|im_end|>"
        assert header.texts("tokenizer.ggml.token_type") == []  # numbers
        assert header.texts("general.name") == [] and header.texts("nothing") == []


def test_what_has_problems_is_not_loadable(models: Models, log: LlamaLog, tmp_path: Path) -> None:
    info = read_header(models(), log)
    assert loadable(info) is info
    path = tmp_path / "short.gguf"
    path.write_bytes(models().read_bytes()[:-100])
    with pytest.raises(ModelFileInvalid, match="ends early"):
        loadable(read_header(path, log))


def test_the_level_is_guessed_when_the_file_does_not_say(models: Models, log: LlamaLog) -> None:
    path = models(weight_type="Q8_0", metadata=(("general.file_type", None),))
    assert read_header(path, log).level == "Q8_0"


def test_a_file_that_is_gone_or_no_model_is_refused(tmp_path: Path, log: LlamaLog) -> None:
    with pytest.raises(ModelFileMissing):
        read_header(tmp_path / "none.gguf", log)
    for name, content in (
        ("empty", b""),
        ("renamed", b"PK\3\4" + b"x" * 100),
        ("magic only", b"GGUF"),
        ("future version", b"GGUF\x63\0\0\0" + b"\0" * 100),
    ):
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(content)
        with pytest.raises(ModelFileInvalid) as caught:
            read_header(path, log)
        assert caught.value.message.endswith(".") and caught.value.advice
    with pytest.raises(ModelFileInvalid):
        read_header(tmp_path, log)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_without_waiting_for_a_writer(
    tmp_path: Path, log: LlamaLog
) -> None:
    path = tmp_path / "pipe.gguf"
    os.mkfifo(path)
    with pytest.raises(ModelFileInvalid, match="is not a file"):
        read_header(path, log)


@pytest.mark.parametrize("length", [5, 23, 24, 100, 1000, 5000])
def test_a_truncated_header_is_refused(
    models: Models, tmp_path: Path, log: LlamaLog, length: int
) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(models().read_bytes()[:length])
    with pytest.raises(ModelFileInvalid, match="header of the file is damaged"):
        read_header(path, log)


@pytest.mark.parametrize("offset", [8, 16])  # counts of tensors and of metadata
@pytest.mark.parametrize("count", [2**63 - 1, 100_000])
def test_absurd_counts_are_refused(
    models: Models, tmp_path: Path, log: LlamaLog, offset: int, count: int
) -> None:
    content = bytearray(models().read_bytes())
    content[offset : offset + 8] = count.to_bytes(8, "little")
    path = tmp_path / "absurd.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelFileInvalid):
        read_header(path, log)


def test_truncated_data_is_a_problem_with_numbers(
    models: Models, tmp_path: Path, log: LlamaLog
) -> None:
    content = models().read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(content[:-1000])
    (problem,) = read_header(path, log).problems
    assert f"{len(content) - 1000:,}" in problem


def test_parts_of_a_split_model(models: Models, tmp_path: Path, log: LlamaLog) -> None:
    first = tmp_path / "big-00001-of-00002.gguf"
    first.write_bytes(models().read_bytes())
    assert "big-00002-of-00002.gguf" in read_header(first, log).problems[0]
    second = tmp_path / "big-00002-of-00002.gguf"
    second.write_bytes(models().read_bytes())
    whole = read_header(first, log)
    assert not whole.problems and whole.file_size == 2 * first.stat().st_size
    with pytest.raises(ModelFileInvalid, match="part 2 of 2") as caught:
        read_header(second, log)
    assert "big-00001-of-00002.gguf" in caught.value.advice


def test_a_name_that_promises_very_many_parts_is_no_problem_for_each(
    models: Models, tmp_path: Path, log: LlamaLog
) -> None:
    first = tmp_path / "big-00001-of-99999.gguf"
    first.write_bytes(models().read_bytes())
    (problem,) = read_header(first, log).problems
    assert "big-00002-of-99999.gguf is missing" in problem.replace(" of this split model", "")


HOSTILE: dict[str, dict[str, Any]] = {
    "no layers": {"llama.block_count": 0},
    "1000 layers": {"llama.block_count": 1000},
    "2^31 layers": {"llama.block_count": 2**31},
    "layers as text": {"llama.block_count": "two"},
    "no heads": {"llama.attention.head_count": 0},
    "odd heads": {"llama.attention.head_count": 7},
    "1000 KV heads": {"llama.attention.head_count_kv": 1000},
    "width 2^31": {"llama.embedding_length": 2**31},
    "rope width 10^9": {"llama.rope.dimension_count": 10**9},
    "unknown architecture": {"general.architecture": "nonsense"},
    "an adapter": {"general.type": "adapter"},
    "unknown tokenizer": {"tokenizer.ggml.model": "nonsense"},
    "no vocabulary": {"tokenizer.ggml.model": "no_vocab"},
    "missing width": {"llama.embedding_length": None},
}


@pytest.mark.engine
@pytest.mark.parametrize("metadata", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_model_is_refused_before_it_can_do_harm(
    shared_child: Child, models: Models, metadata: dict[str, Any]
) -> None:
    path = models(metadata=tuple(metadata.items()))
    for reply in (
        shared_child.ask(Estimate, path=path, config=LoadConfig()).reply,
        shared_child.load(path).reply,
    ):
        assert isinstance(reply, Failed)
        assert reply.code in ("model_file_invalid", "model_load_failed")
        assert reply.message.endswith(".") and "\n" not in reply.message
    assert shared_child.ask(Hello)


@pytest.mark.engine
@pytest.mark.parametrize(
    "changes",
    [
        {"metadata": (("llama.context_length", 0),)},
        {"metadata": (("llama.context_length", 2**31),)},
        {"metadata": (("tokenizer.ggml.bos_token_id", 10**6),)},
        {"metadata": (("tokenizer.ggml.eos_token_id", 10**6),)},
        {"metadata": (("general.file_type", 9999),)},
        {"template": None},
        {"template": "{% if %}"},
        {"words": ()},
    ],
    ids=str,
)
def test_an_odd_model_is_loaded_all_the_same(
    shared_child: Child, models: Models, changes: dict[str, Any]
) -> None:
    path = models(**changes)
    assert not isinstance(shared_child.ask(Inspect, path=path).reply, Failed)
    reply = shared_child.load(path).reply
    assert reply.model.config.context == 4096


@pytest.mark.engine
def test_what_llama_cpp_aborts_on_ends_the_child_and_nothing_else(
    start_child: Callable[[], Child], models: Models
) -> None:
    child = start_child()
    child.send(Inspect, path=models(words=("same", "same")))  # fine: only the header
    assert child.next_event()
    child.send(Estimate, path=models(words=("same", "same")), config=LoadConfig())
    assert child.next_event() is None
    assert child.process.wait(timeout=30) != 0
