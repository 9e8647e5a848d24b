"""Prints what a model thinks of the token after a few given ones, perhaps with an adapter.

Run as `python -m tests.helpers.gguf_logits MODEL [ADAPTER]`, in a process of its own: llama.cpp
never closes the null device it opens. `logits` starts it.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (5, 17, 42, 7, 101)


def logits(*files: Path) -> np.ndarray:
    """Logits (vocabulary,) after TOKENS.

    Raises: RuntimeError when llama.cpp refuses one of the files.
    """
    command = [sys.executable, "-m", "tests.helpers.gguf_logits", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return np.array(json.loads(done.stdout), dtype=np.float32)


def main() -> None:
    import llama_cpp.llama_cpp as llama

    @llama.llama_log_callback
    def show(_level: int, text: bytes, _data: ctypes.c_void_p) -> None:
        sys.stderr.write(text.decode())

    llama.llama_log_set(show, None)
    llama.llama_backend_init()
    settings = llama.llama_model_default_params()
    settings.n_gpu_layers = 0
    model = llama.llama_model_load_from_file(sys.argv[1].encode(), settings)
    if not model:
        raise SystemExit(1)
    options = llama.llama_context_default_params()
    options.n_ctx, options.n_threads = 128, 1
    context = llama.llama_init_from_model(model, options)
    if len(sys.argv) > 2:
        adapter = llama.llama_adapter_lora_init(model, sys.argv[2].encode())
        if not adapter:
            raise SystemExit(1)
        adapters = (llama.llama_adapter_lora_p_ctypes * 1)(adapter)
        scales = (ctypes.c_float * 1)(1.0)
        llama.llama_set_adapters_lora(context, adapters, 1, scales)
    tokens = (llama.llama_token * len(TOKENS))(*TOKENS)
    if llama.llama_decode(context, llama.llama_batch_get_one(tokens, len(TOKENS))):
        raise SystemExit(1)
    count = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    sys.stdout.write(json.dumps(llama.llama_get_logits(context)[:count]))


if __name__ == "__main__":
    main()
