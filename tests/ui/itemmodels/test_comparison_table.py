from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.ui.itemmodels.comparison_table import (
    BITS,
    FIRST,
    LEVEL,
    MEAN,
    MEMORY,
    OVERVIEW,
    PERPLEXITY,
    QUALITY,
    SAME,
    SIZE,
    SPEED,
    WRITES,
    ComparisonTableModel,
)
from tests.helpers.comparison_data import comparison, report, troubled

Role = Qt.ItemDataRole


@pytest.fixture
def table(qapp, theme, qtmodeltester) -> ComparisonTableModel:
    made = ComparisonTableModel()
    made.set_measurements(report().measurements)
    qtmodeltester.check(made)
    return made


def text(table: ComparisonTableModel, row: int, column: int, role: Role = Role.DisplayRole) -> str:
    return str(table.index(row, column).data(role) or "")


def test_every_row_says_what_it_is(table):
    names = [text(table, row, LEVEL) for row in range(table.rowCount())]
    assert names == [
        "F16 (base)", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Noise floor"
    ]  # fmt: skip


def test_a_level_has_everything_with_its_interval(table):
    row = [text(table, 4, column) for column in range(table.columnCount())]
    assert all(row)
    assert all("±" in row[column] for column in (PERPLEXITY, MEAN, SAME, WRITES, FIRST))
    assert row[BITS] == "4.89"
    assert row[SAME].endswith(" %")
    assert row[FIRST].endswith(" s")


def test_the_base_is_no_distance_from_itself_and_the_noise_floor_is_no_file(table):
    assert text(table, 0, MEAN) == text(table, 0, SAME) == ""
    assert text(table, 6, SIZE) == text(table, 6, BITS) == text(table, 6, WRITES) == ""
    assert text(table, 6, MEAN)


def test_between_the_views_no_column_is_lost(table):
    assert set(OVERVIEW + QUALITY + SPEED) == set(range(table.columnCount()))
    for section in range(table.columnCount()):
        assert table.headerData(section, Qt.Orientation.Horizontal)
        assert table.headerData(section, Qt.Orientation.Horizontal, Role.ToolTipRole)


def test_the_recommended_level_is_bold_and_said_to_be(table):
    with_bold = [bool(text(table, row, LEVEL, Role.FontRole)) for row in range(7)]
    assert not any(with_bold)
    table.set_chosen("Q6_K")
    assert table.index(2, MEMORY).data(Role.FontRole).weight() > 400
    assert table.index(1, LEVEL).data(Role.FontRole) is None
    assert text(table, 2, LEVEL, Role.AccessibleTextRole) == "Q6_K, recommended"


def test_what_was_not_measured_is_empty_and_spoken(table):
    table.set_measurements(report(comparison(chunks=0, runs=0)).measurements)
    assert text(table, 1, MEAN) == text(table, 1, WRITES) == text(table, 1, MEMORY) == ""
    assert text(table, 1, MEAN, Role.AccessibleTextRole) == "not measured"


def test_one_chunk_says_nothing_about_the_spread(table):
    table.set_measurements(report(comparison(chunks=1, runs=1)).measurements)
    assert "±" not in text(table, 1, MEAN) + text(table, 1, WRITES)
    assert text(table, 1, MEAN)


def test_no_number_is_said_as_such_and_never_averaged_away(table):
    table.set_measurements(report(troubled()).measurements)
    assert text(table, 3, MEAN) == text(table, 3, SAME) == "no number"
    assert text(table, 3, WRITES) != "no number"


def test_a_row_that_failed_says_why(table):
    table.set_measurements(report(troubled()).measurements)
    assert "stopped unexpectedly" in text(table, 2, LEVEL, Role.AccessibleTextRole)
    assert "make it again" in text(table, 2, MEAN, Role.ToolTipRole)
    error = table.index(2, LEVEL).data(Role.ForegroundRole)
    assert error is not None
    assert table.index(1, LEVEL).data(Role.ForegroundRole) is None


def test_an_infinite_perplexity_is_said(table):
    rows = list(report().measurements)
    quality = rows[1].quality
    assert quality is not None
    endless = replace(quality.perplexity, value=math.inf, low=1.0, high=math.inf)
    rows[1] = replace(rows[1], quality=replace(quality, perplexity=endless))
    table.set_measurements(rows)
    assert text(table, 1, PERPLEXITY) == "infinite"


def test_new_numbers_of_the_same_rows_do_not_start_over(table, qtbot):
    with qtbot.assertNotEmitted(table.modelReset), qtbot.waitSignal(table.dataChanged):
        table.set_measurements(report(comparison(chunks=3)).measurements)
    with qtbot.waitSignal(table.modelReset):
        table.set_measurements(report(comparison(("Q8_0",))).measurements)


def test_it_can_be_copied_with_its_headings(table):
    lines = table.as_text((LEVEL, SIZE)).splitlines()
    assert lines[0] == "Level\tSize"
    assert lines[1].startswith("F16 (base)\t16.1")
    assert len(lines) == 8
