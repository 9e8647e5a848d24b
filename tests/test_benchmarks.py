"""The runner of `make bench`; the measurements themselves are too slow for here."""

from __future__ import annotations

import json
import sys

import pytest

from tests.benchmarks import __main__ as runner

ROWS = [("quick", 1.25, 2.0, True), ("told", 1234.5, "told only", True)]
SLOW = [("slow", 3.0, 2.0, False)]


@pytest.fixture
def bench(monkeypatch, capsys):
    def bench(results, *words):
        monkeypatch.setattr(sys, "argv", ["bench", *words])
        monkeypatch.setattr(runner, "in_own_process", results.__getitem__)
        status = runner.main()
        return status, capsys.readouterr().out

    return bench


def test_every_measurement_is_a_module_with_run():
    modules = runner.here("bench_*.py")
    assert len(modules) >= 3
    assert all("\ndef run()" in module.read_text() for module in modules)


def test_a_table_of_what_was_measured_and_whether_it_holds(bench):
    status, out = bench({"startup": ROWS}, "startup")
    assert status == 0
    assert "  quick   1.25  ≤ 2        ok\n  told   1,234  told only  ok\n" in out
    assert out.endswith("Every bound holds.\n")


def test_one_that_does_not_hold_is_the_exit_status(bench):
    status, out = bench({"startup": ROWS, "engine": SLOW}, "startup", "engine")
    assert status == 1
    assert "NOT OK" in out


def test_json_names_the_machine(bench):
    status, out = bench({"engine": SLOW}, "engine", "--json")
    values = json.loads(out)
    assert status == 1
    assert values["results"] == [
        {"group": "engine", "name": "slow", "value": 3.0, "bound": 2.0, "ok": False}
    ]
    assert {"processor", "memory", "load"} <= set(values["machine"])


def test_a_measurement_that_fails_is_a_row_that_does_not_hold():
    ((_, _, _, ok),) = runner.in_own_process("nothing_of_that_name")
    assert not ok


def test_a_wrong_name_is_wrong_usage(bench):
    with pytest.raises(SystemExit) as leaving:
        bench({}, "nothing")
    assert leaving.value.code == 2
