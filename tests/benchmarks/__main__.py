"""`make bench`: every measurement against its bound, in one table.

    python -m tests.benchmarks [NAME ...] [--json]

Runs `run()` of each `bench_NAME.py` here, in a process of its own. A row is (what, value, bound,
whether it holds); a bound that is a number means "at most".
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil

Row = tuple[str, float, "str | float", bool]

ONE = "import importlib, json, sys; print(json.dumps(importlib.import_module(sys.argv[1]).run()))"


def main() -> int:
    """Measure. Returns 1 when a bound does not hold."""
    available = [path.stem.removeprefix("bench_") for path in here("bench_*.py")]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(available)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    unknown = set(options.names) - set(available)
    if unknown:
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    results: dict[str, list[Row]] = {}
    for name in options.names or available:
        print(f"Measuring: {name} ...", file=sys.stderr, flush=True)
        results[name] = in_own_process(name)
    holds = all(ok for rows in results.values() for *_, ok in rows)
    if options.json:
        print(json.dumps({"machine": machine(), "results": as_json(results)}, indent=2))
    else:
        print_table(results)
        print("\nEvery bound holds." if holds else "\nNot every bound holds.")
    return 0 if holds else 1


def here(pattern: str) -> list[Path]:
    return sorted(Path(__file__).parent.glob(pattern))


def in_own_process(name: str) -> list[Row]:
    """Memory and caches of one measurement must not weigh on the next."""
    done = subprocess.run(
        [sys.executable, "-c", ONE, f"tests.benchmarks.bench_{name}"],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        return [(f"the measurement failed (status {done.returncode})", 0.0, "to run", False)]
    return [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])]


def machine() -> dict[str, str]:
    """What the numbers were measured on. A busy machine makes times worth little."""
    memory = psutil.virtual_memory()
    return {
        "processor": processor(),
        "cores": f"{psutil.cpu_count(logical=False)} ({psutil.cpu_count()} threads)",
        "memory": f"{memory.total / 1e9:.1f} GB",
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": " ".join(f"{load:.2f}" for load in psutil.getloadavg()),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def as_json(results: dict[str, list[Row]]) -> list[dict[str, object]]:
    return [
        {"group": group, "name": name, "value": value, "bound": bound, "ok": ok}
        for group, rows in results.items()
        for name, value, bound, ok in rows
    ]


def print_table(results: dict[str, list[Row]]) -> None:
    for label, text in machine().items():
        print(f"{label:<10} {text}")
    cells = [
        (group, name, f"{value:,.4g}", bound if isinstance(bound, str) else f"≤ {bound:,.4g}", ok)
        for group, rows in results.items()
        for name, value, bound, ok in rows
    ]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(4)]
    last = ""
    for group, name, value, bound, ok in cells:
        if group != last:
            print(f"\n{group}")
            last = group
        verdict = "ok" if ok else "NOT OK"
        print(f"  {name:<{widths[1]}}  {value:>{widths[2]}}  {bound:<{widths[3]}}  {verdict}")


if __name__ == "__main__":
    sys.exit(main())
