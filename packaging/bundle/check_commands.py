"""Let the bundle do what the command line can: each command, and each family that it converts.

    check_commands.py [BUNDLE]    the folder, usually dist/quern

Run it from the root of the repository, in the environment of `make setup`. Commands that ask a hub
only explain themselves: this needs no network.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from desktop.cli.main import COMMANDS
from desktop.domain.paths import starter_model_path
from tests.helpers.tiny_checkpoints import CHECKPOINTS, write_checkpoint

SECONDS = 300


def main() -> int:
    """Run them all. Returns 1 when one fails."""
    bundle = Path(sys.argv[1] if sys.argv[1:] else "dist/quern").resolve() / "quern"
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for words in commands(folder):
            command = [str(bundle), *words, "--home", str(folder / "home")]
            done = subprocess.run(
                command, check=False, capture_output=True, text=True, timeout=SECONDS, cwd=folder
            )
            if done.returncode != 0:
                failed += 1
                print(f"FAILED quern {' '.join(words)}\n{done.stdout}{done.stderr}")
            else:
                print(f"ok     quern {' '.join(words[:2])}", flush=True)
    return 1 if failed else 0


def commands(folder: Path) -> list[list[str]]:
    """What is run, in this order; files are made in `folder`."""
    starter, text = str(starter_model_path()), folder / "text.txt"
    text.write_text("The capital of France is Paris. " * 200, encoding="utf-8")
    few = ["--chunks", "1", "--ctx", "256"]
    asked = [
        ["inspect", starter, "--json"],
        ["models", "--json"],
        ["chat", "-p", "Hello", "--json"],
        ["bench", "--tokens", "8", "--prompt-tokens", "8", "--json"],
        ["imatrix", starter, "matrix.gguf", "--text", str(text), "--chunks", "1"],
        ["quantize", starter, "small.gguf", "IQ3_S", "--imatrix", "matrix.gguf"],
        ["perplexity", "small.gguf", "--base", starter, "--text", str(text), *few],
        ["compare", starter, "--with", "small.gguf", "--text", str(text), *few, "--report", "r"],
    ]
    explained = [[name, "--help"] for name in COMMANDS]
    converted = [
        ["convert", str(write_checkpoint(family, folder / family)), f"{family}.gguf"]
        for family in CHECKPOINTS
    ]
    return [*explained, *asked, *converted]


if __name__ == "__main__":
    raise SystemExit(main())
