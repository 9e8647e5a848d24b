from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from converters.encoding import OUTTYPES
from converters.errors import Cancelled, ConversionError
from converters.job import Progress
from tests.converters.conftest import contents, convert, converted, leftovers
from tests.helpers.tiny_checkpoints import CHECKPOINTS, write_checkpoint, write_safetensors

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "resources" / "starter" / "quern-starter-f16.gguf"
GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())


@pytest.mark.parametrize("outtype", list(OUTTYPES))
@pytest.mark.parametrize("name", list(CHECKPOINTS))
def test_the_file_is_the_one_llama_cpps_own_converter_writes(name, outtype, tmp_path):
    result = convert(write_checkpoint(name, tmp_path), outtype)
    assert hashlib.sha256(result.path.read_bytes()).hexdigest() == GOLDEN[name][outtype]
    assert result.size == result.path.stat().st_size


def test_the_starter_model_comes_back_from_its_checkpoint(tmp_path):
    source = tmp_path / "starter"
    script = ROOT / "packaging" / "starter_model" / "export_huggingface.py"
    subprocess.run([sys.executable, script, source], check=True)
    found, shipped = converted(source, "f16"), contents(STARTER)
    assert list(found.tensors) == list(shipped.tensors)
    assert all(
        found.tensors[name].tobytes() == values.tobytes()
        for name, values in shipped.tensors.items()
    )
    differing = {
        key
        for key in found.values.keys() | shipped.values.keys()
        if found.values.get(key) != shipped.values.get(key) and not key.startswith("GGUF.")
    }
    # Who made it stands only in the shipped file; the other key is one byte-level tokenizers ignore.
    assert {key for key in differing if not key.startswith("general.")} == {
        "tokenizer.ggml.add_space_prefix"
    }


def test_there_is_a_golden_hash_for_every_checkpoint_and_type():
    assert {name: set(hashes) for name, hashes in GOLDEN.items()} == {
        name: set(OUTTYPES) for name in CHECKPOINTS
    }


def test_progress_ends_with_all_bytes(write):
    seen: list[Progress] = []
    convert(write("tiny-llama"), "q8_0", progress=seen.append)
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert seen[-1].done == seen[-1].total
    assert seen[0].tensor == "output.weight"


def test_cancelling_leaves_nothing(write, tmp_path):
    calls = iter([False, False, False, True])
    with pytest.raises(Cancelled):
        convert(write("tiny-llama"), cancelled=lambda: next(calls))
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "size", "usual"),
    [("tiny-mistral", "intermediate_size", 80), ("tiny-gpt2", "n_inner", 256)],
)
def test_memory_does_not_grow_with_the_tensors(name, size, usual, write):
    wide = 200_000
    convert(write("tiny-llama"), "q8_0")  # what is imported once and kept
    source = write(name, lambda checkpoint: checkpoint.config.update({size: wide}))
    sparse(source, usual, wide)
    tracemalloc.start()
    try:
        convert(source, "q8_0")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 70 * 2**20  # each of the big tensors is 51 MB of F32


def sparse(source: Path, usual: int, wide: int) -> None:
    """The same tensors with a wide feed-forward part, all zeros, in a file without blocks."""
    offset, header = 0, {}
    for name, shape in CHECKPOINTS[source.name]().tensors.items():
        size = tuple(wide if length == usual else length for length in shape)
        count = int(np.prod(size)) * 4
        header[name] = {"dtype": "F32", "shape": size, "data_offsets": [offset, offset + count]}
        offset += count
    text = json.dumps(header).encode()
    with (source / "model.safetensors").open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + offset)


def test_rows_that_are_no_whole_blocks_become_f16_and_are_mentioned(write):
    result = convert(write("tiny-mistral"), "q8_0")
    assert result.notes == ("Tensors stored as F16, as their rows are no multiple of 32 wide: 2.",)


def test_an_unknown_output_type_is_refused(write):
    with pytest.raises(ConversionError, match="There is no output type q4_0"):
        convert(write("tiny-llama"), "q4_0")


def test_an_unknown_family_is_refused_by_name_with_those_known(write):
    def rename(checkpoint):
        checkpoint.config["architectures"] = ["MambaForCausalLM"]

    with pytest.raises(ConversionError, match=r"MambaForCausalLM.*LlamaForCausalLM, Mistral"):
        convert(write("tiny-llama", rename))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            lambda c: c.tensors.update({"model.norm.weight": (65,)}),
            r"model\.norm\.weight in model\.safetensors is 65, but config\.json makes it 64",
        ),
        (
            lambda c: c.tensors.update({"model.embed_tokens.weight": (64, 3, 2)}),
            "model.embed_tokens.weight in model.safetensors is 64 × 3 × 2",
        ),
        (
            lambda c: c.tensors.pop("model.layers.1.mlp.up_proj.weight"),
            r"The tensor model\.layers\.1\.mlp\.up_proj\.weight is missing",
        ),
        (
            lambda c: c.tensors.update({"model.layers.2.mlp.up_proj.weight": (96, 64)}),
            r"The tensor model\.layers\.2\.mlp\.up_proj\.weight in model\.safetensors is none",
        ),
    ],
)
def test_tensors_that_do_not_fit_the_config_are_named(edit, sentence, write, tmp_path):
    with pytest.raises(ConversionError, match=sentence):
        convert(write("tiny-qwen3", edit))
    assert leftovers(tmp_path) == []


def test_two_names_for_the_same_tensor_are_refused(write):
    def double(checkpoint):
        checkpoint.tensors["wpe.weight"] = (128, 64)

    with pytest.raises(ConversionError, match=r"wpe\.weight in .* is the same as transformer\.wpe"):
        convert(write("tiny-gpt2", double))


@pytest.mark.parametrize("outtype", list(OUTTYPES))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_named(value, outtype, write, tmp_path):
    source = write("tiny-gpt2")
    spoil(source, "transformer.h.1.mlp.c_fc.weight", value)
    with pytest.raises(ConversionError, match=r"transformer\.h\.1\.mlp\.c_fc\.weight in model"):
        convert(source, outtype)
    assert leftovers(tmp_path) == []


def test_weights_too_great_for_f16_are_refused_with_a_way_out(write):
    source = write("tiny-gpt2")
    spoil(source, "transformer.wte.weight", 70000.0)
    with pytest.raises(ConversionError, match=r"too great for F16\. Convert to bf16"):
        convert(source, "f16")
    assert converted(source, "bf16").types["token_embd.weight"] == "BF16"


def spoil(source: Path, name: str, value: float) -> None:
    """Write the checkpoint's tensors again, one of them with another value in it."""
    checkpoint = CHECKPOINTS[source.name]()
    tensors = {}
    for tensor, shape in checkpoint.tensors.items():
        values = np.zeros(shape, "<f4")
        if tensor == name:
            values.reshape(-1)[-3] = value
        tensors[tensor] = ("F32", values)
    write_safetensors(source / "model.safetensors", tensors)


def test_double_precision_is_rounded(write):
    source = write("tiny-gpt2")
    checkpoint = CHECKPOINTS["tiny-gpt2"]()
    tensors = {name: ("F64", np.full(shape, 1 / 3)) for name, shape in checkpoint.tensors.items()}
    write_safetensors(source / "model.safetensors", tensors)
    assert converted(source).tensors["output_norm.weight"][0] == np.float32(1 / 3)


def test_quantized_tensors_are_refused(write):
    source = write("tiny-gpt2")
    checkpoint = CHECKPOINTS["tiny-gpt2"]()
    tensors = {name: ("I8", np.zeros(shape, np.int8)) for name, shape in checkpoint.tensors.items()}
    write_safetensors(source / "model.safetensors", tensors)
    with pytest.raises(ConversionError, match="is stored as I8, so it is quantized already"):
        convert(source)
