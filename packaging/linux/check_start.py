"""How long the bundle takes to its first window, against Quern run from source, in one run.

    check_start.py [BUNDLE]    the folder, usually dist/quern

Needs Xvfb and xdotool, and what `make setup` made. Both are started in turn, so that what else the
machine does falls on both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (str(ROOT / ".venv" / "bin" / "python"), "-m", "desktop")
DISPLAY = ":91"
ENVIRONMENT = {**os.environ, "DISPLAY": DISPLAY, "QT_QPA_PLATFORM": "xcb"}
ROUNDS = 7
MOST = 1.5
LATEST_SECONDS = 60.0


def main() -> int:
    """Measure and print. Returns 1 when the bundle takes more than `MOST` times as long."""
    bundle = (str((Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist" / "quern") / "quern"),)
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-noreset", "-screen", "0", "1280x900x24"])
    try:
        with tempfile.TemporaryDirectory() as home:
            wait_for("The screen does not come up.", ("xdotool", "getdisplaygeometry"))
            for command in (SOURCE, bundle):
                seconds_to_window(command, home)  # makes the database; files get into the cache
            pairs = [
                (seconds_to_window(SOURCE, home), seconds_to_window(bundle, home))
                for _ in range(ROUNDS)
            ]
    finally:
        screen.terminate()
        screen.wait()
    ratio = statistics.median(ours / source for source, ours in pairs)
    source, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"First window: {ours:.2f} s, from source {source:.2f} s, ratio {ratio:.2f}.")
    if ratio > MOST:
        print(f"That is more than {MOST} times as long.", file=sys.stderr)
    return 0 if ratio <= MOST else 1


def seconds_to_window(command: Sequence[str], home: str) -> float:
    """From the start of a process until its window is on the screen; then it is ended."""
    started = time.perf_counter()
    program = subprocess.Popen(
        [*command, "--home", home], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    try:
        search = ("xdotool", "search", "--onlyvisible", "--name", "Quern$")
        wait_for(f"{command[0]} showed no window.", search)
        return time.perf_counter() - started
    finally:
        program.kill()
        program.wait()


def wait_for(problem: str, command: Sequence[str]) -> None:
    """Until a command succeeds. Raises: SystemExit."""
    latest = time.perf_counter() + LATEST_SECONDS
    while subprocess.run(command, check=False, env=ENVIRONMENT, capture_output=True).returncode:
        if time.perf_counter() > latest:
            raise SystemExit(problem)


if __name__ == "__main__":
    raise SystemExit(main())
