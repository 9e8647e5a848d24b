"""The table model of a run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop.domain.job import JobState
from desktop.ui.itemmodels.prompt_result_table import PromptResultTableModel
from tests.helpers.prompt_runs_data import LONG, STARTER, report

ROLE = Qt.ItemDataRole


@pytest.fixture
def model(icons, theme) -> PromptResultTableModel:
    made = PromptResultTableModel(icons)
    made.tester = QAbstractItemModelTester(made)  # kept alive with it
    made.set_report(report())
    return made


def test_a_row_for_each_case_and_a_column_for_each_version_and_model(model) -> None:
    assert (model.rowCount(), model.columnCount()) == (4, 5)
    across = Qt.Orientation.Horizontal
    assert [model.headerData(n, across) for n in range(3)] == [
        "Case",
        "Version 2\nquern-starter-f16",
        "Version 3\nquern-starter-f16",
    ]
    assert model.headerData(3, across) == "Version 2\nSome-Very-L…v0.3-Q4_K_M"
    assert LONG.stem in model.headerData(3, across, ROLE.ToolTipRole)


def test_a_cell_tells_in_words_and_with_an_icon(model) -> None:
    failed = model.index(1, 2)
    assert failed.data() == "Failed\n4 tokens · 0.25 s"
    assert not failed.data(ROLE.DecorationRole).isNull()
    assert failed.data(ROLE.AccessibleTextRole) == (
        f"Praise, Version 3, {STARTER.stem}, Failed, 4 tokens · 0.25 s"
    )
    assert model.index(3, 1).data().startswith("Answered")
    assert model.index(0, 0).data() == "Broken" and model.cell(model.index(0, 0)) is None


def test_votes_are_told_beside_the_verdict(model) -> None:
    model.set_report(report(samples=5))
    assert model.index(0, 1).data() == "Passed · 4 of 5 agree\n20 tokens · 1.3 s"


def test_answers_that_come_do_not_reset_it(model, qtbot) -> None:
    model.set_report(report(JobState.RUNNING, answered=2))
    with qtbot.waitSignal(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.set_report(report(JobState.RUNNING, answered=3))
    assert model.index(2, 1).data().startswith("Failed")
    assert model.index(0, 2).data() == "Not asked yet"
    assert model.index(0, 2).data(ROLE.DecorationRole) is None
    with qtbot.waitSignal(model.modelReset):
        model.set_report(report(models=(STARTER,)))
    assert model.columnCount() == 3


def test_it_is_copied_with_its_headings(model) -> None:
    first, second, *_ = model.as_text().splitlines()
    assert first.startswith("Case\tVersion 2, quern-starter-f16\t")
    assert second.startswith("Broken\tPassed, 4 tokens · 0.25 s\t")


def test_without_a_report_it_is_empty(model) -> None:
    model.set_report(None)
    assert (model.rowCount(), model.columnCount()) == (0, 1)
