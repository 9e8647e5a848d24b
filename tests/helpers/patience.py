"""How long tests wait for what another thread or a timer delivers."""

from __future__ import annotations

from functools import partialmethod

from pytestqt.qtbot import QtBot

# What takes milliseconds may take many seconds while everything else of a busy machine runs. Only
# a test that fails waits as long as this.
PATIENCE_MS = 30_000


class PatientBot(QtBot):
    """pytest-qt's, which gives up after five seconds unless it is told otherwise each time."""

    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)  # noqa: N815
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE_MS)  # noqa: N815
    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE_MS)  # noqa: N815
    waitExposed = partialmethod(QtBot.waitExposed, timeout=PATIENCE_MS)  # noqa: N815
