"""Quern's window against a bare PySide6 window with the same kinds of widgets, side by side."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5


def run() -> list[tuple[str, float, float, bool]]:
    """Times in milliseconds, memory in MB: name, value, bound, whether it holds."""
    with tempfile.TemporaryDirectory() as folder:
        probe("quern", folder)  # makes the database, and files land in the disk cache
        pairs = [(probe("bare"), probe("quern", folder)) for _ in range(ROUNDS)]
    helps = [timed("--help") for _ in range(ROUNDS)]

    def median(pick: Callable[[dict[str, float], dict[str, float]], float]) -> float:
        return statistics.median(pick(bare, quern) for bare, quern in pairs)

    rows = [
        ("window shown / bare window", median(lambda b, q: q["shown_ms"] / b["shown_ms"]), 1.5),
        ("idle memory / bare window", median(lambda b, q: q["idle_mb"] / b["idle_mb"]), 1.6),
        ("idle processor use [%]", median(lambda _, q: q["idle_cpu_percent"]), 0.5),
        ("quern --help, the quickest [ms]", min(helps), 100.0),
    ]
    facts = [
        ("window shown [ms]", median(lambda _, q: q["shown_ms"])),
        ("ready to type [ms]", median(lambda _, q: q["ready_ms"])),
        ("bare window shown [ms]", median(lambda b, _: b["shown_ms"])),
        ("bare window's idle processor use [%]", median(lambda b, _: b["idle_cpu_percent"])),
        ("idle memory [MB]", median(lambda _, q: q["idle_mb"])),
        ("bare window's idle memory [MB]", median(lambda b, _: b["idle_mb"])),
    ]
    return [
        *((name, value, bound, value <= bound) for name, value, bound in rows),
        *((name, value, "told only", True) for name, value in facts),
    ]


def probe(*words: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.window_probe", str(time.monotonic()), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def timed(*words: str) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "desktop", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    return (time.perf_counter() - started) * 1000
