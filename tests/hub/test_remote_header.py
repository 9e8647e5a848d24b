from __future__ import annotations

from pathlib import Path
from typing import Self

import gguf
import numpy as np
import pytest

from desktop.domain.errors import (
    AccessDenied,
    Cancelled,
    DownloadDamaged,
    HubFault,
    ModelFileInvalid,
    NotOnHub,
)
from desktop.domain.hub import Repository
from desktop.hub.connection import HubConnection
from desktop.hub.gguf_reader import HeaderReader
from desktop.hub.remote_header import ModelHeader, RemoteHeaders
from desktop.hub.repository import fetch_repository
from tests.helpers.fake_hub import FakeHub, FakeRepository
from tests.helpers.gguf_bytes import LevelFile

LEVELS = ("F32", "F16", "Q8_0", "Q4_0")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {f"wheat-{level}.gguf": LevelFile(level).content() for level in LEVELS}


class Asked:
    """A repository on a fake hub, and what is fetched of it."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.hub = FakeHub(FakeRepository("mill/wheat", files))

    def __enter__(self) -> Self:
        self.hub.__enter__()
        self.connection = HubConnection(self.hub.endpoint)
        self.repository: Repository = fetch_repository(self.connection, "mill/wheat")
        self.headers = RemoteHeaders(self.connection, self.repository)
        self.fetched = 0
        return self

    def __exit__(self, *error: object) -> None:
        self.hub.__exit__(*error)

    def read(self, name: str, **more) -> ModelHeader:
        (model,) = [model for model in self.repository.models if model.name == name]
        before = len(self.hub.requests)
        header = self.headers.read(model, **more)
        self.fetched = sum(map(_asked_for, self.hub.requests[before:]))
        return header


def _asked_for(request) -> int:
    """Bytes that a request to where the files lie asks for."""
    if request.server == "hub":
        return 0
    first, last = request.headers["Range"].removeprefix("bytes=").split("-")
    return int(last) + 1 - int(first)


def whole(content: bytes):
    reader = HeaderReader()
    reader.feed(content)
    assert reader.header is not None
    return reader.header


def test_a_header_is_fetched_without_the_weights(files) -> None:
    with Asked(files) as asked:
        header = asked.read("wheat-F32")
        content = files["wheat-F32.gguf"]
        (part,) = header.parts
        assert part.header == whole(content)
        assert part.content == content[: part.header.size]
        assert header.weights == sum(tensor.size for tensor in part.header.tensors)
        assert header.context_length == 4096
        assert asked.fetched < len(content) / 2


def test_the_vocabulary_is_fetched_once(files) -> None:
    with Asked(files) as asked:
        first = asked.read("wheat-Q4_0")
        vocabulary = first.parts[0].header.arrays[0]
        for level in ("F16", "F32", "Q8_0"):
            header = asked.read(f"wheat-{level}")
            content = files[f"wheat-{level}.gguf"]
            assert header.parts[0].header == whole(content)
            assert header.parts[0].content == content[: header.parts[0].header.size]
            assert asked.fetched < (vocabulary.end - vocabulary.start) / 2
            assert header.structure() == first.structure()
            assert header.weights != first.weights


@pytest.mark.parametrize(
    "other",
    [
        {"word": "Word"},
        {"tokens": 15_001},
        {"tokens": 10},
        {"layers": 3},
        {"template": "x" * 60_000},
        {"name": "y" * 3000},
        {"name": "z" * 30_000},
    ],
)
def test_another_header_is_told_from_one_that_shares(files, other) -> None:
    content = LevelFile("Q8_0", **other).content()
    with Asked({"a-Q4_0.gguf": files["wheat-Q4_0.gguf"], "b-Q8_0.gguf": content}) as asked:
        first = asked.read("a-Q4_0")
        header = asked.read("b-Q8_0")
        assert header.parts[0].header == whole(content)
        assert header.parts[0].content == content[: header.parts[0].header.size]
        same = not {"layers", "tokens"} & set(other)
        assert (header.structure() == first.structure()) is same


def test_a_token_in_the_middle_that_differs_harms_nothing(files) -> None:
    """The one difference that is not seen is one that does not matter to what is asked."""
    content = bytearray(files["wheat-Q8_0.gguf"])
    tokens = whole(bytes(content)).arrays[0]
    at = content.index(b"word7000", tokens.start)
    content[at : at + 4] = b"WORD"
    with Asked({"a-Q4_0.gguf": files["wheat-Q4_0.gguf"], "b-Q8_0.gguf": bytes(content)}) as asked:
        first, second = asked.read("a-Q4_0"), asked.read("b-Q8_0")
    assert second.parts[0].header == whole(bytes(content))
    assert second.structure() == first.structure()


def test_of_a_split_model_every_part_is_looked_at(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "big-F32.gguf", "llama", split_max_tensors=2)
    writer.add_uint32("llama.context_length", 512)
    writer.add_token_list([f"token {n}" for n in range(3000)])
    for number in range(5):
        writer.add_tensor(f"blk.{number}.weight", np.zeros((number + 1, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    parts = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with Asked(parts) as asked:
        header = asked.read("big-F32")
    assert [part.file.path for part in header.parts] == sorted(parts)
    assert header.weights == sum(128 * (number + 1) for number in range(5))
    assert header.context_length == 512


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html>" * 100, ModelFileInvalid),
        (b"GGUF", DownloadDamaged),
        (b"GGUF" + b"\xff" * 60, ModelFileInvalid),
    ],
)
def test_what_is_no_model_is_told(content: bytes, kind: type[Exception]) -> None:
    with Asked({"a.gguf": content}) as asked, pytest.raises(kind):
        asked.read("a")


def test_a_file_that_ends_early_is_told(files) -> None:
    content = files["wheat-F32.gguf"]
    for end in (whole(content).size - 100, len(content) - 1000):
        with Asked({"a.gguf": content[:end]}) as asked, pytest.raises(DownloadDamaged):
            asked.read("a")


def test_another_file_than_announced_is_told(files) -> None:
    with Asked(files) as asked:
        asked.hub.misbehave("wheat-F32.gguf", content=files["wheat-F16.gguf"])
        with pytest.raises(DownloadDamaged, match="not the file it announced"):
            asked.read("wheat-F32")


def test_a_hub_that_sends_nothing_is_not_asked_for_ever(files) -> None:
    with Asked(files) as asked:
        said = {"Content-Range": f"bytes 0-9/{len(files['wheat-F32.gguf'])}"}
        asked.hub.misbehave("wheat-F32.gguf", server="cdn", status=206, headers=said)
        with pytest.raises(HubFault):
            asked.read("wheat-F32")
        assert len(asked.hub.requests) < 20


def test_hubs_without_ranges_work(files) -> None:
    with Asked(files) as asked:
        asked.hub.misbehave(".gguf", ignores_range=True)
        for level in LEVELS:
            content = files[f"wheat-{level}.gguf"]
            assert asked.read(f"wheat-{level}").parts[0].header == whole(content)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(403, "GatedRepo", AccessDenied), (404, "EntryNotFound", NotOnHub)],
)
def test_refusals_are_passed_on(files, status: int, code: str, kind: type[Exception]) -> None:
    with Asked(files) as asked:
        asked.hub.misbehave(".gguf", status=status, headers={"X-Error-Code": code})
        with pytest.raises(kind):
            asked.read("wheat-F32")


def test_it_can_be_cancelled(files) -> None:
    with Asked(files) as asked, pytest.raises(Cancelled):
        asked.read("wheat-F32", cancelled=lambda: True)
