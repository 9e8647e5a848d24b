"""Converting a checkpoint of a gigabyte: speed, and memory beyond the tokenizer's (Linux only).

The speed is told as a share of copying the same weights, because both end at the disk. How the
reference script compares is in tests/converters/README.md; it needs an environment of its own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from tests.helpers.tiny_checkpoints import llama, write_safetensors

WIDTH, WIDE, LAYERS, HEADS, KEY_HEADS, VOCABULARY = 2048, 5632, 9, 32, 4, 32_000
MEMORY_MB = 400.0  # promised, whatever the model's size

CONVERT = """
import sys, time
from pathlib import Path
import converters, converters.model, converters.families.llama

def held(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name)))

source, destination, outtype = sys.argv[1:]
before = held("VmRSS")
begun = time.perf_counter()
converters.convert(Path(source), Path(destination), outtype,
                   progress=lambda _: None, cancelled=lambda: False)
print(time.perf_counter() - begun, held("VmHWM") - before)
"""


def run() -> list[tuple[str, float, float | str, bool]]:
    rows: list[tuple[str, float, float | str, bool]] = []
    with tempfile.TemporaryDirectory() as folder:
        source = checkpoint(Path(folder) / "llama")
        weights = source / "model.safetensors"
        size = weights.stat().st_size / 1e6
        begun = perf_counter()
        with weights.open("rb") as read, (Path(folder) / "copy").open("wb") as written:
            shutil.copyfileobj(read, written, 16 * 2**20)
        copying = size / (perf_counter() - begun)
        (Path(folder) / "copy").unlink()
        rows.append(("copying the weights, MB/s", copying, "told only", True))
        for outtype in ("bf16", "f16", "q8_0"):
            destination = Path(folder) / f"{outtype}.gguf"
            seconds, memory = convert(source, destination, outtype)
            destination.unlink()
            rows.append((f"to {outtype}, MB/s of the source", size / seconds, "told only", True))
            rows.append((f"to {outtype}, memory, MB", memory, MEMORY_MB, memory <= MEMORY_MB))
    return rows


def convert(source: Path, destination: Path, outtype: str) -> tuple[float, float]:
    """Seconds, and MB held at most beyond what was held before."""
    done = subprocess.run(
        [sys.executable, "-c", CONVERT, source, destination, outtype],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) / 1000


def checkpoint(folder: Path) -> Path:
    """A Llama of half a billion parameters in BF16."""
    tiny = llama()
    tiny.config |= {
        "hidden_size": WIDTH,
        "intermediate_size": WIDE,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KEY_HEADS,
        "vocab_size": VOCABULARY,
    }
    tiny.tensors, tiny.shards = {}, 1
    tiny.write(folder)
    generator = np.random.default_rng(1)
    write_safetensors(
        folder / "model.safetensors",
        {
            name: ("BF16", generator.integers(0x3C00, 0x3D00, shape, np.uint16))
            for name, shape in shapes().items()
        },
    )
    return folder


def shapes() -> dict[str, tuple[int, ...]]:
    key_width = WIDTH // HEADS * KEY_HEADS
    tensors: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (VOCABULARY, WIDTH),
        "lm_head.weight": (VOCABULARY, WIDTH),
        "model.norm.weight": (WIDTH,),
    }
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        tensors |= {
            f"{name}.input_layernorm.weight": (WIDTH,),
            f"{name}.post_attention_layernorm.weight": (WIDTH,),
            f"{name}.self_attn.q_proj.weight": (WIDTH, WIDTH),
            f"{name}.self_attn.k_proj.weight": (key_width, WIDTH),
            f"{name}.self_attn.v_proj.weight": (key_width, WIDTH),
            f"{name}.self_attn.o_proj.weight": (WIDTH, WIDTH),
            f"{name}.mlp.gate_proj.weight": (WIDE, WIDTH),
            f"{name}.mlp.up_proj.weight": (WIDE, WIDTH),
            f"{name}.mlp.down_proj.weight": (WIDTH, WIDE),
        }
    return tensors
