from __future__ import annotations

import json
import shutil

import pytest

from converters.checkpoint import open_checkpoint
from converters.errors import ConversionError

INDEX = "model.safetensors.index.json"


def test_tensors_are_sorted_by_file_then_by_name(write):
    tensors = open_checkpoint(write("tiny-llama")).tensors
    files = [tensor.path.name for tensor in tensors.values()]
    assert files == sorted(files)
    assert len(set(files)) == 2
    first = [name for name, tensor in tensors.items() if tensor.path.name == files[0]]
    assert first == sorted(first)


def test_a_missing_part_is_named(write):
    source = write("tiny-llama")
    (source / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ConversionError, match=r"model-00002-of-00002\.safetensors is missing"):
        open_checkpoint(source)


def test_a_part_without_a_tensor_of_the_index_is_named(write):
    source = write("tiny-llama")
    index = json.loads((source / INDEX).read_text())
    index["weight_map"]["model.extra.weight"] = "model-00001-of-00002.safetensors"
    (source / INDEX).write_text(json.dumps(index))
    with pytest.raises(ConversionError, match=r"model\.extra\.weight is not in model-00001"):
        open_checkpoint(source)


def test_a_tensor_the_index_does_not_mention_is_named(write):
    source = write("tiny-llama")
    index = json.loads((source / INDEX).read_text())
    del index["weight_map"]["lm_head.weight"]
    (source / INDEX).write_text(json.dumps(index))
    with pytest.raises(ConversionError, match=r"lm_head\.weight in .* is not mentioned"):
        open_checkpoint(source)


@pytest.mark.parametrize("name", ["../model.safetensors", "/etc/passwd", "a\\b.safetensors", 5])
def test_an_index_that_points_outside_is_refused(name, write):
    source = write("tiny-llama")
    (source / INDEX).write_text(json.dumps({"weight_map": {"lm_head.weight": name}}))
    with pytest.raises(ConversionError, match="outside of the folder"):
        open_checkpoint(source)


@pytest.mark.parametrize("index", [{"weight_map": {}}, {"weight_map": 5}, {"metadata": {}}])
def test_an_empty_index_is_refused(index, write):
    source = write("tiny-llama")
    (source / INDEX).write_text(json.dumps(index))
    with pytest.raises(ConversionError, match=f"{INDEX} names no files"):
        open_checkpoint(source)


def test_the_same_tensor_in_two_files_is_refused(write):
    source = write("tiny-gpt2")
    shutil.copy(source / "model.safetensors", source / "model-copy.safetensors")
    with pytest.raises(ConversionError, match=r"both in model-copy\.safetensors and in model\.saf"):
        open_checkpoint(source)


def test_weights_of_another_kind_are_not_taken(write):
    source = write("tiny-gpt2")
    (source / "model.safetensors").rename(source / "pytorch_model.bin")
    with pytest.raises(ConversionError, match=r"holds no model\.safetensors"):
        open_checkpoint(source)


def test_a_quantized_checkpoint_is_refused_by_its_method(write):
    def quantize(checkpoint):
        checkpoint.config["quantization_config"] = {"quant_method": "gptq"}

    with pytest.raises(ConversionError, match=r"quantized already \(gptq\)"):
        open_checkpoint(write("tiny-gpt2", quantize))


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(ConversionError, match="is no folder"):
        open_checkpoint(tmp_path / "nothing")
