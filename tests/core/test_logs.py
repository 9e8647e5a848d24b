from __future__ import annotations

import logging

import pytest

from desktop.core.logs import Logs, system_report
from desktop.domain.paths import Home


@pytest.fixture
def logs(tmp_path):
    logs = Logs(Home(tmp_path))
    logs.start()
    yield logs
    logs.stop()


def test_events_are_logged(logs: Logs) -> None:
    logging.getLogger("quern.test").info("the engine was restarted")
    assert "the engine was restarted" in logs.tail()


def test_of_others_only_what_went_wrong_is_logged(logs: Logs) -> None:
    logging.getLogger("httpx2").info("GET https://hub/api/models?search=my+secret")
    logging.getLogger("httpx2").warning("something went wrong")
    assert "secret" not in logs.tail()
    assert "something went wrong" in logs.tail()


def test_a_crash_gets_a_file_of_its_own(logs: Logs) -> None:
    path = logs.write_crash("Traceback …\udcff")
    assert path is not None
    assert path.read_text().startswith("Traceback …")


def test_without_a_writable_folder_there_is_no_log_and_no_harm(tmp_path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    logs = Logs(Home(tmp_path))
    logs.start()
    logging.getLogger("quern.test").info("into the void")
    assert logs.write_crash("details") is None
    assert logs.tail() == ""
    logs.stop()


def test_the_report_names_versions_and_what_the_caller_knows() -> None:
    report = system_report({"Model": "Quern Starter"})
    for word in ("Quern:", "Python:", "System:", "Memory:", "Model: Quern Starter"):
        assert word in report
