"""Files that macOS asks to open. A process has one application, so this one has its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFileOpenEvent
from desktop.ui.application import Application

application = Application(["quern"])
taken = []

def ask(file):
    QCoreApplication.sendEvent(application, QFileOpenEvent(file))
    return list(taken)

steps = [ask("/early Mühle.gguf"), ask("/second.gguf")]
application.hand_files_to(taken.append)
steps += [list(taken), ask("/later.gguf")]
QCoreApplication.sendEvent(application, QEvent(QEvent.Type.User))
print(json.dumps([*steps, taken]))
"""


def test_files_wait_until_somebody_takes_them() -> None:
    run = subprocess.run(
        (sys.executable, "-W", "error", "-c", SCRIPT),
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    before, still, handed, later, last = json.loads(run.stdout)
    assert (before, still) == ([], [])
    assert handed == [["/early Mühle.gguf", "/second.gguf"]]
    assert later == last == [*handed, ["/later.gguf"]]
