from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.hub import RemoteFile
from desktop.hub.repository_files import checkpoint, level, models

LEVELS = {
    "llama-2-7b-chat.Q4_K_M": "Q4_K_M",
    "Meta-Llama-3.1-8B-Instruct-IQ2_XXS": "IQ2_XXS",
    "qwen2.5-7b-instruct-q4_k_m": "Q4_K_M",
    "Qwen3-4B-UD-Q4_K_XL": "Q4_K_XL",
    "gpt-oss-20b-mxfp4": "MXFP4",
    "OpenAI-20B-MXFP4_MOE": "MXFP4_MOE",
    "Phi-3-mini-4k-instruct-q4": "Q4",
    "Phi-3-mini-4k-instruct-fp16": "F16",
    "gemma-3-4b-it-q4_0": "Q4_0",
    "Llama-3.2-1B-Instruct-Q4_0_4_4": "Q4_0_4_4",
    "Llama-3.2-1B-Instruct-Q4_0_8_8": "Q4_0_8_8",
    "L3-8B-Stheno.i1-IQ3_XXS": "IQ3_XXS",
    "L3-8B-Stheno.F16.imat-Q4_K_M": "Q4_K_M",
    "BF16/Qwen3-30B-A3B-BF16": "BF16",
    "UD-IQ1_S/DeepSeek-R1-UD-IQ1_S": "IQ1_S",
    "Q8_0/model": "Q8_0",
    "Llama-3.2-1B-Instruct-Q6_K_L": "Q6_K_L",
    "Llama-3.2-3B-Instruct-Q3_K_XL": "Q3_K_XL",
    "Qwen2.5-VL-7B-IQ4_NL": "IQ4_NL",
    "Mistral-Small-3.2-24B-Instruct-2506-Q4_K_M": "Q4_K_M",
    "bitnet-TQ1_0": "TQ1_0",
    "Llama-3.2-1B-Instruct-IQ4_KSS": "IQ4_KSS",
    "ggml-model-Q6_K": "Q6_K",
    "model-Q4_K_M_2": "Q4_K_M",
    "SmolLM2-135M.F32": "F32",
    "stories260K": "",
    "Qwen3-30B-A3B-Instruct-2507": "",
    "phi-2": "",
    "Q42-model": "",
}
SPELLED = sorted({found for found in LEVELS.values() if found})


def gguf(*paths: str, size: int = 10) -> list[RemoteFile]:
    return [RemoteFile(path, size) for path in paths]


@pytest.mark.parametrize("name", LEVELS)
def test_names_as_people_give_them_tell_the_level(name: str) -> None:
    assert level(name) == LEVELS[name]


@given(
    st.text("abcXYZ-.v", max_size=12),
    st.sampled_from(SPELLED),
    st.sampled_from("-._/"),
    st.booleans(),
)
def test_the_level_is_found_behind_any_name(
    name: str, wanted: str, separator: str, lower: bool
) -> None:
    assert level(f"{name}{separator}{wanted.lower() if lower else wanted}") == wanted


def test_one_file_is_one_model_and_the_smallest_comes_first() -> None:
    files = [RemoteFile("a-Q8_0.gguf", 20), RemoteFile("A-Q4_0.GGUF", 10), RemoteFile("a.bin", 1)]
    assert [(m.name, m.level, m.size) for m in models(files)] == [
        ("A-Q4_0", "Q4_0", 10),
        ("a-Q8_0", "Q8_0", 20),
    ]


def test_parts_are_one_model_in_the_order_of_their_numbers() -> None:
    paths = [f"Q4_K_M/big-Q4_K_M-0000{n}-of-00003.gguf" for n in (3, 1, 2)]
    (model,) = models(gguf(*paths))
    assert (model.name, model.level, model.size) == ("big-Q4_K_M", "Q4_K_M", 30)
    assert [file.path for file in model.files] == sorted(paths)


@pytest.mark.parametrize(
    "paths",
    [
        ["m-00001-of-00002.gguf"],
        ["m-00002-of-00002.gguf"],
        ["m-00001-of-00002.gguf", "m-00003-of-00002.gguf"],
        ["m-00000-of-00002.gguf", "m-00001-of-00002.gguf"],
        ["m-00001-of-00000.gguf"],
        ["m-00001-of-99999.gguf"],
        ["x/m-00001-of-00002.gguf", "y/m-00002-of-00002.gguf"],
    ],
)
def test_a_set_with_a_part_missing_is_no_model(paths: list[str]) -> None:
    assert models(gguf(*paths)) == ()


@pytest.mark.parametrize(
    "path",
    [
        "mmproj-model-f16.gguf", "mmproj-BF16.gguf", "gemma-3-4b-mmproj-f16.gguf",
        "imatrix_unsloth.gguf", "wheat.imatrix.gguf", "lora/adapter.gguf", "wheat-lora-f16.gguf",
        "ggml-vocab-llama.gguf", "control-vector.gguf", "wheat.Q4_K_M.gguf.part1of2", "wheat.txt",
    ],
)  # fmt: skip
def test_what_goes_with_a_model_is_none(path: str) -> None:
    assert models(gguf(path)) == ()


@pytest.mark.parametrize("path", ["flora-7b.gguf", "wheat-lora-merged-q4_0.gguf", "explora.gguf"])
def test_words_that_look_like_it_do_not_matter(path: str) -> None:
    assert len(models(gguf(path))) == 1


def test_an_empty_file_is_no_model() -> None:
    assert models(gguf("a.gguf", size=0)) == ()


def test_names_are_told_apart_by_their_folder_where_they_must() -> None:
    found = models(gguf("Q4_0/model.gguf", "Q8_0/model.gguf", "other.gguf"))
    assert {m.name: m.level for m in found} == {
        "Q4_0/model": "Q4_0",
        "Q8_0/model": "Q8_0",
        "other": "",
    }


WHOLE = ("config.json", "tokenizer.json", "model.safetensors")


def test_a_checkpoint_is_configuration_vocabulary_weights_and_model_card() -> None:
    wanted = (*WHOLE, "README.md")
    files = gguf(*wanted, "onnx/model.safetensors", "consolidated.safetensors", "onnx/README.md")
    assert sorted(file.path for file in checkpoint(files)) == sorted(wanted)


def test_a_checkpoint_does_without_a_model_card() -> None:
    assert sorted(file.path for file in checkpoint(gguf(*WHOLE))) == sorted(WHOLE)


def test_split_weights_count_when_they_are_complete() -> None:
    parts = [f"model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    assert [file.path for file in checkpoint(gguf(*WHOLE[:2], *parts))][-2:] == parts
    assert checkpoint(gguf(*WHOLE[:2], parts[0])) == ()


@pytest.mark.parametrize("missing", WHOLE)
def test_nothing_of_a_checkpoint_may_be_missing(missing: str) -> None:
    assert checkpoint(gguf(*(name for name in WHOLE if name != missing))) == ()
