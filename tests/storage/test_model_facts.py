from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.library import FileVersion
from desktop.domain.model import ModelInfo, TensorInfo
from desktop.storage.model_facts import ModelFacts, without_bulk

PATH = Path("/stone.gguf")
VERSION = FileVersion(4, 10**18 + 1)


def info_of(path: Path) -> ModelInfo:
    return ModelInfo(
        path=path,
        file_size=4,
        architecture="llama",
        name="Stone",
        level="Q4_K_M",
        parameters=7_000_000_000,
        bits_per_weight=4.85,
        context_length=8192,
        embedding_length=4096,
        block_count=32,
        head_count=32,
        head_count_kv=8,
        vocabulary_size=32000,
        tokenizer="bpe",
        license="mit",
        description="a \ud800 model",
        chat_template="{{ messages }}",
        tensors=(TensorInfo("w", "Q4_K", (4096, 4096), 9),),
        metadata={"general.name": "Stone"},
        problems=("odd",),
    )


@pytest.fixture
def facts(database) -> ModelFacts:
    return ModelFacts(database)


def test_header_comes_back_without_tensors_and_metadata(facts):
    info = info_of(PATH)
    facts.put_headers(
        [(info, VERSION), (replace(info, path=Path("/b"), chat_template=None), VERSION)]
    )
    headers = facts.headers()
    kept = headers[str(PATH)]
    assert kept.version == VERSION
    assert kept.info(PATH) == without_bulk(info)
    assert kept.info(PATH).problems == ("odd",)
    assert headers["/b"].info(Path("/b")).chat_template is None


def test_newer_header_takes_the_place_of_the_older(facts):
    facts.put_headers([(info_of(PATH), VERSION)])
    newer = FileVersion(5, 6)
    facts.put_headers([(replace(info_of(PATH), name="Sand"), newer)])
    (kept,) = facts.headers().values()
    assert (kept.version, kept.info(PATH).name) == (newer, "Sand")


def test_header_kept_by_another_version_is_read_again(facts, database):
    facts.put_headers([(info_of(PATH), VERSION)])
    with database.writing() as db:
        db.execute("UPDATE model_headers SET facts = json_insert(facts, '$[#]', 'rye')")
    assert facts.headers()[str(PATH)].info(PATH) is None


def test_template_with_half_a_character_is_kept_as_far_as_it_is_text(facts):
    facts.put_headers([(replace(info_of(PATH), chat_template="a\ud800"), VERSION)])
    assert facts.headers()[str(PATH)].info(PATH).chat_template == "a\ufffd"


def test_checksums_measured_and_expected_are_kept_apart(facts):
    facts.put_digest(PATH, VERSION, "a" * 64)
    facts.expect(PATH, "b" * 64)
    assert facts.digests() == {str(PATH): (VERSION, "a" * 64)}
    assert facts.expected(PATH) == "b" * 64
    assert facts.expected(Path("/other")) == ""


def test_what_is_forgotten_is_gone(facts):
    facts.put_headers([(info_of(PATH), VERSION)])
    facts.put_digest(PATH, VERSION, "a" * 64)
    facts.expect(PATH, "b" * 64)
    facts.forget(PATH)
    assert (facts.headers(), facts.digests(), facts.expected(PATH)) == ({}, {}, "")
