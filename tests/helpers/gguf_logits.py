"""What models think of the token after a few given ones, perhaps with adapters.

llama.cpp runs in a process of its own, because it never closes the null device it opens: `logits`
starts this module as a program.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (5, 17, 42, 7, 101)


def logits(*cases: Sequence[Path]) -> list[np.ndarray]:
    """Logits (vocabulary,) after TOKENS, of each model or pair of model and adapter.

    Raises: RuntimeError when llama.cpp refuses one of the files.
    """
    names = json.dumps([[str(path) for path in case] for case in cases])
    command = [sys.executable, "-m", "tests.helpers.gguf_logits", names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [np.array(values, dtype=np.float32) for values in json.loads(done.stdout)]


def evaluate(llama: Any, model_file: str, adapter_file: str = "") -> list[float]:
    settings = llama.llama_model_default_params()
    settings.n_gpu_layers = 0
    model = llama.llama_model_load_from_file(model_file.encode(), settings)
    if not model:
        raise SystemExit(1)
    options = llama.llama_context_default_params()
    options.n_ctx, options.n_threads = 128, 1
    context = llama.llama_init_from_model(model, options)
    if adapter_file:
        adapter = llama.llama_adapter_lora_init(model, adapter_file.encode())
        if not adapter:
            raise SystemExit(1)
        adapters = (llama.llama_adapter_lora_p_ctypes * 1)(adapter)
        scales = (ctypes.c_float * 1)(1.0)
        llama.llama_set_adapters_lora(context, adapters, 1, scales)
    tokens = (llama.llama_token * len(TOKENS))(*TOKENS)
    if llama.llama_decode(context, llama.llama_batch_get_one(tokens, len(TOKENS))):
        raise SystemExit(1)
    count = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    return list(llama.llama_get_logits(context)[:count])


def main() -> None:
    import llama_cpp.llama_cpp as llama

    @llama.llama_log_callback
    def show(_level: int, text: bytes, _data: ctypes.c_void_p) -> None:
        sys.stderr.write(text.decode())

    llama.llama_log_set(show, None)
    llama.llama_backend_init()
    found = [evaluate(llama, *files) for files in json.loads(sys.argv[1])]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
