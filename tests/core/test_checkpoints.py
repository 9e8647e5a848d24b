from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop.core.checkpoints import CheckpointFolder, look_at_checkpoint
from desktop.domain.errors import InvalidInput
from tests.helpers.tiny_checkpoints import write_safetensors


def write(folder: Path, *, weights: int = 2, **config: object) -> Path:
    """A checkpoint of so many files, each with one tensor of 6 bytes."""
    folder.mkdir(parents=True)
    values = {"architectures": ["Qwen3ForCausalLM"], "torch_dtype": "bfloat16", **config}
    (folder / "config.json").write_text(json.dumps(values))
    (folder / "tokenizer.json").write_text("{}")
    names = {f"t{number}": f"model-{number}.safetensors" for number in range(weights)}
    for name, file in names.items():
        write_safetensors(folder / file, {name: ("F16", np.zeros(3, np.float16))})
    if weights:
        index = folder / "model.safetensors.index.json"
        index.write_text(json.dumps({"weight_map": names}))
    return folder


def test_a_checkpoint_is_known_by_class_type_and_size(tmp_path):
    folder = write(tmp_path / "Qwen3-4B")
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    assert look_at_checkpoint(folder) == CheckpointFolder(
        folder, "Qwen3-4B", "Qwen3ForCausalLM", "bf16", size
    )


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"torch_dtype": "float16"}, "f16"),
        ({"torch_dtype": None, "dtype": "float32"}, "f32"),
        ({"torch_dtype": "int3"}, "bf16"),
    ],
)
def test_the_type_of_the_weights_is_that_of_the_config(tmp_path, config, kind):
    assert look_at_checkpoint(write(tmp_path / "a", **config)).type == kind


def test_a_folder_of_the_hub_cache_is_called_by_its_repository(tmp_path):
    folder = write(tmp_path / "models--Qwen--Qwen3-4B" / "snapshots" / ("0" * 40))
    assert look_at_checkpoint(folder).name == "Qwen3-4B"


@pytest.mark.parametrize("place", ["models--Qwen--Qwen3-4B/mine", "mine/snapshots"])
def test_a_folder_that_only_resembles_one_of_the_hub_cache_has_its_own_name(tmp_path, place):
    assert look_at_checkpoint(write(tmp_path / place / "rye")).name == "rye"


def test_a_class_nobody_can_convert_is_refused_by_name(tmp_path):
    folder = write(tmp_path / "a", architectures=["MambaForCausalLM"])
    with pytest.raises(InvalidInput, match="MambaForCausalLM") as caught:
        look_at_checkpoint(folder)
    assert "LlamaForCausalLM" in caught.value.advice


def test_a_folder_without_config_or_weights_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"no config\.json"):
        look_at_checkpoint(tmp_path)
    with pytest.raises(InvalidInput, match=r"no model\.safetensors"):
        look_at_checkpoint(write(tmp_path / "a", weights=0))


def test_a_missing_or_cut_file_is_named(tmp_path):
    folder = write(tmp_path / "a")
    part = folder / "model-1.safetensors"
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(InvalidInput, match=r"model-1\.safetensors is cut off") as caught:
        look_at_checkpoint(folder)
    assert caught.value.advice == "Download the file again."
    part.unlink()
    with pytest.raises(InvalidInput, match=r"model-1\.safetensors is missing"):
        look_at_checkpoint(folder)


def test_a_checkpoint_without_a_tokenizer_is_refused(tmp_path):
    folder = write(tmp_path / "a")
    (folder / "tokenizer.json").rename(folder / "tokenizer.model")
    look_at_checkpoint(folder)
    (folder / "tokenizer.model").unlink()
    with pytest.raises(InvalidInput, match=r"has no tokenizer\.json or tokenizer\.model"):
        look_at_checkpoint(folder)


def test_a_window_can_look_without_numpy(tmp_path):
    folder = write(tmp_path / "a")
    code = (
        "import sys, pathlib; from desktop.core.checkpoints import look_at_checkpoint as look; "
        "look(pathlib.Path(sys.argv[1])); sys.exit('numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)


def test_a_damaged_config_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(InvalidInput, match=r"config\.json"):
        look_at_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("stored", "outtype", "size"),
    [("bf16", "f16", 1600), ("bf16", "f32", 3200), ("f32", "bf16", 800), ("f16", "q8_0", 850)],
)
def test_the_size_of_what_it_becomes(tmp_path, stored, outtype, size):
    folder = CheckpointFolder(tmp_path, "a", "LlamaForCausalLM", stored, 1600)
    assert folder.converted_size(outtype) == size
