from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.comparison_candidates import better_base, candidates, is_full, suggested
from desktop.domain.library import LibraryEntry
from desktop.domain.model import ModelInfo

BITS = {"F16": 16.0, "BF16": 16.0, "Q8_0": 8.5, "Q4_K_M": 4.9}


def info(name: str, level: str, title: str = "Mill 1B", **more: object) -> ModelInfo:
    values: dict[str, object] = {
        "path": Path(f"/m/{name}-{level}.gguf"), "file_size": 10, "architecture": "llama",
        "name": title, "level": level, "parameters": 1000, "bits_per_weight": BITS[level],
        "context_length": 8, "embedding_length": 8, "block_count": 2, "head_count": 2,
        "head_count_kv": 1, "vocabulary_size": 50, "tokenizer": "bpe", "license": "",
        "description": "", "chat_template": None,
    } | more  # fmt: skip
    return ModelInfo(**values)  # type: ignore[arg-type]


def entry(one: ModelInfo, **more: object) -> LibraryEntry:
    return LibraryEntry(one.path.stem, one.path, info=one, **more)  # type: ignore[arg-type]


BASE = info("mill-1b", "F16")
Q8, Q4 = info("mill-1b", "Q8_0"), info("mill_1B", "Q4_K_M", title="")


def test_levels_are_found_by_shape_and_name_the_larger_first():
    found = candidates(BASE, [entry(Q4), entry(BASE), entry(Q8)])
    assert [(one.info, one.sure) for one in found] == [(Q8, True), (Q4, True)]


def test_a_model_trained_further_has_the_shape_but_not_the_name():
    tuned = info("hermes", "Q8_0", title="Hermes")
    found = candidates(BASE, [entry(tuned), entry(Q4)])
    assert [(one.info, one.sure) for one in found] == [(Q4, True), (tuned, False)]


@pytest.mark.parametrize(
    "change",
    [{"architecture": "qwen3"}, {"parameters": 1}, {"vocabulary_size": 51}, {"block_count": 3},
     {"head_count_kv": 2}, {"embedding_length": 16}],
)  # fmt: skip
def test_another_shape_is_another_model(change):
    assert candidates(BASE, [entry(replace(Q8, **change))]) == ()


def test_what_cannot_be_read_is_no_candidate():
    bad = LibraryEntry("x", Path("/m/x.gguf"), problem="It is damaged.")
    assert candidates(BASE, [entry(Q8, missing=True), entry(Q8, problem="Odd."), bad]) == ()


def test_a_better_base_is_the_one_with_the_most_bits():
    found = candidates(Q4, [entry(Q8), entry(BASE)])
    better = better_base(Q4, found)
    assert better is not None
    assert better.info is BASE


def test_nothing_is_better_than_what_is_not_quantized_or_the_best_there_is():
    assert is_full(BASE)
    assert better_base(BASE, candidates(BASE, [entry(info("mill-1b", "BF16"))])) is None
    assert better_base(Q8, candidates(Q8, [entry(Q4)])) is None
    assert better_base(Q8, candidates(Q8, [entry(info("copy", "Q8_0"))])) is None


def test_a_better_file_with_another_name_is_not_taken_for_the_base():
    tuned = info("hermes", "F16", title="Hermes")
    assert better_base(Q4, candidates(Q4, [entry(tuned)])) is None


def test_the_best_is_suggested_with_its_smallest_level_and_any_other_with_the_best():
    levels = [BASE, Q8, Q4]
    assert suggested(BASE, levels) == suggested(Q4, levels) == {BASE.path, Q4.path}
    assert suggested(Q8, levels) == {BASE.path, Q8.path}


def test_a_model_without_another_level_is_suggested_alone():
    assert suggested(Q8, [Q8]) == {Q8.path}
