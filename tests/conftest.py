"""Fixtures for every test. Nothing here needs Qt: core tests run without it."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from desktop.storage.database import Database
    from tests.helpers.patience import PatientBot

# Before anything imports Qt or llama.cpp.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "1")
os.environ["GGML_NO_BACKTRACE"] = "1"
# A shell lets what it starts in the background ignore Ctrl+C, and so would every program we start.
signal.signal(signal.SIGINT, signal.default_int_handler)

_ENDED = pytest.StashKey[int]()  # tests so far

# The same examples each time, however busy the machine is: by itself hypothesis throws the dice
# anew, and fails an example that takes a fifth of a second. `--hypothesis-profile=search` looks for
# others.
settings.register_profile(
    "search",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("steady", settings.get_profile("search"), derandomize=True)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-screenshots", action="store_true", help="approve what the pages look like now"
    )


# As in the window (controllers/garbage_collector.py): what a test left behind may hold objects of
# Qt, which crash when they are collected on another thread or in the middle of something.
TESTS_BETWEEN_COLLECTIONS = 25


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()
    gc.disable()
    session.stash[_ENDED] = 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    result = yield
    item.session.stash[_ENDED] += 1
    if item.session.stash[_ENDED] % TESTS_BETWEEN_COLLECTIONS == 0:
        gc.collect()
    return result


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    from desktop.storage.database import Database  # not for tests that need none

    database = Database(tmp_path / "quern.db")
    database.open()
    yield database
    database.close()


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    from tests.helpers.patience import PatientBot  # not for tests without Qt

    return PatientBot(request)


@pytest.fixture(autouse=True)
def _home_is_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may read or write the home folder of whoever runs it."""
    away = tmp_path / "somebody's home"
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(away))
    for name in ("OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.setenv(name, str(away / name.lower()))
