"""Makes golden.json and golden_adapters.json with llama.cpp's own converter; see README.md beside this file.

Run as `python -m tests.converters.make_golden LLAMA_CPP_FOLDER` in an environment with torch and
transformers, which the tests themselves do not need.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.helpers.tiny_adapters import ADAPTERS, write_adapter
from tests.helpers.tiny_checkpoints import CHECKPOINTS, write_checkpoint

GOLDEN = Path(__file__).with_name("golden.json")
GOLDEN_ADAPTERS = Path(__file__).with_name("golden_adapters.json")
OUTTYPES = {"f32": "ALL_F32", "f16": "MOSTLY_F16", "bf16": "MOSTLY_BF16", "q8_0": "MOSTLY_Q8_0"}
# The reference knows tokenizers by a hash of their tokens; it cannot know these.
RULES = {
    "tiny-llama3": "llama-bpe",
    "tiny-qwen2": "qwen2",
    "tiny-qwen3": "qwen2",
    "tiny-phi4": "llama-bpe",
    "tiny-gpt2": "gpt-2",
}


def reference(source: Path, destination: Path, outtype: str) -> None:
    """What convert_hf_to_gguf.py does for one folder."""
    import gguf
    import torch
    from conversion import ModelBase, ModelType, get_model_architecture, get_model_class

    values = ModelBase.load_hparams(source, False)
    kind = get_model_class(get_model_architecture(values, ModelType.TEXT))
    kind.get_vocab_base_pre = lambda *_: RULES[source.name]
    with torch.inference_mode():
        kind(source, gguf.LlamaFileType[OUTTYPES[outtype]], destination).write()


def golden(keep: Path | None) -> dict[str, Any]:
    """SHA-256 of every checkpoint in every type."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        parent = keep or Path(folder)
        for name in CHECKPOINTS:
            source = write_checkpoint(name, parent)
            found[name] = {}
            for outtype in OUTTYPES:
                destination = parent / f"{name}.{outtype}.gguf"
                reference(source, destination, outtype)
                found[name][outtype] = hashlib.sha256(destination.read_bytes()).hexdigest()
    return found


def golden_adapters(llama_cpp: Path, keep: Path | None) -> dict[str, str]:
    """SHA-256 of every adapter; GPT-2's is left out, because llama.cpp refuses what comes out."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        parent = keep or Path(folder)
        for name in ADAPTERS:
            base = parent / "base" / name
            write_checkpoint(name, base.parent)
            adapter, destination = write_adapter(name, parent), parent / f"{name}-lora.gguf"
            script = [sys.executable, llama_cpp / "convert_lora_to_gguf.py", adapter]
            subprocess.run([*script, "--base", base, "--outfile", destination], check=True)
            if name != "tiny-gpt2":
                found[name] = hashlib.sha256(destination.read_bytes()).hexdigest()
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llama_cpp", type=Path)
    parser.add_argument("--keep", type=Path, help="leave checkpoints and files in this folder")
    options = parser.parse_args()
    sys.path[:0] = [str(options.llama_cpp), str(options.llama_cpp / "gguf-py")]
    adapters = golden_adapters(options.llama_cpp, options.keep)
    GOLDEN.write_text(json.dumps(golden(options.keep), indent=2) + "\n", encoding="utf-8")
    GOLDEN_ADAPTERS.write_text(json.dumps(adapters, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
