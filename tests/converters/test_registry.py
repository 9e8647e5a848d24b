from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from converters.errors import ConversionError
from converters.registry import architectures, family_of

ROOT = Path(__file__).resolve().parents[2]


def test_every_architecture_has_its_family():
    assert {family_of(name).architecture for name in architectures()} == {
        "llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "phi3", "gpt2",
    }  # fmt: skip


def test_an_unknown_one_is_refused_with_the_list():
    with pytest.raises(ConversionError, match=r"of the class Other cannot.*GPT2LMHeadModel"):
        family_of("Other")


def test_asking_imports_nothing_heavy():
    program = (
        "import sys, converters.registry as r; assert r.architectures(); "
        "print(sorted({'numpy', 'gguf', 'tokenizers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
