from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.domain.quantization import Fallback
from desktop.domain.quantization_levels import LEVELS
from desktop.ui.quantize.levels_section import LevelsSection
from tests.helpers.quantize_page_data import FREE, estimates


@pytest.fixture
def section(icons, theme, qtbot) -> LevelsSection:
    made = LevelsSection(icons)
    made.begin("F16", has_imatrix=False)
    made.set_estimates(estimates())
    made.set_available(FREE)
    qtbot.addWidget(made)
    made.resize(900, 1200)
    made.show()
    return made


def test_a_row_says_size_bits_and_what_it_is(section):
    text = section.rows["Q4_K_M"].text()
    assert "4.9 GB · 4.89 bits" in text
    assert "the usual choice" in text
    described = section.rows["Q4_K_M"].check.accessibleDescription()
    assert "4.9 GB" in described
    assert "the usual choice" in described


def test_every_level_there_is_can_be_chosen(section):
    assert "IQ2_M" not in section.rows
    section.more.button.click()
    assert list(section.rows) == [level.name for level in LEVELS]
    assert "2.93 bits" in section.rows["IQ2_M"].text()
    for name in ("IQ1_S", "IQ1_M"):
        assert "needs an importance matrix" in section.rows[name].text()


def test_the_chart_shows_what_the_list_shows(section):
    assert "IQ2_M" not in [bar.name for bar in section.chart.rows()]
    section.more.button.click()
    assert [bar.name for bar in section.chart.rows()] == list(section.rows)
    section.more.button.click()
    assert "IQ2_M" not in [bar.name for bar in section.chart.rows()]


def test_choosing_is_told_and_shown_in_the_chart(section, qtbot):
    with qtbot.waitSignal(section.changed):
        section.rows["Q8_0"].check.click()
    assert [estimate.level for estimate in section.chosen()] == ["Q4_K_M", "Q8_0"]
    assert [bar.name for bar in section.chart.rows() if bar.chosen] == ["Q4_K_M", "Q8_0"]


def test_a_bar_chooses_its_level(section, qtbot):
    number = [bar.name for bar in section.chart.rows()].index("Q6_K")
    with qtbot.waitSignal(section.changed):
        section.chart.activated.emit(number)
    assert section.rows["Q6_K"].chosen
    with qtbot.waitSignal(section.changed):
        section.chart.activated.emit(number)
    assert not section.rows["Q6_K"].chosen


def test_a_level_there_is_no_reason_for_is_not_suggested(section):
    section.begin("Q4_K_M", has_imatrix=False)
    assert section.rows["Q4_K_M"].chosen  # so far
    section.set_estimates(estimates())
    assert section.chosen() == ()


def test_what_a_person_chose_stays_when_the_sizes_become_known(section):
    section.begin("Q4_K_M", has_imatrix=False)
    section.rows["Q6_K"].check.click()
    section.set_estimates(estimates())
    assert [estimate.level for estimate in section.chosen()] == ["Q4_K_M", "Q6_K"]


def test_choosing_by_program_tells_nothing(section, qtbot):
    with qtbot.assertNotEmitted(section.changed):
        section.choose("Q8_0")
    assert [estimate.level for estimate in section.chosen()] == ["Q8_0"]


def test_the_arrow_keys_go_from_level_to_level(section, qtbot):
    first = section.rows["Q2_K"].check
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert section.rows["Q3_K_S"].check.hasFocus()
    assert not section.rows["Q3_K_S"].chosen
    qtbot.keyClick(section.rows["Q3_K_S"].check, Qt.Key.Key_Space)
    assert section.rows["Q3_K_S"].chosen


def test_a_level_bigger_and_worse_than_another_says_so_and_is_grey(section):
    section.more.button.click()
    row = section.rows["Q4_1"]
    assert row.text().startswith("5.1 GB · 5.10 bits Q4_K_M is smaller and more exact.")
    assert row.check.property("tone") == "secondary"
    assert row.check.isEnabled()
    assert next(bar for bar in section.chart.rows() if bar.name == "Q4_1").faded
    assert not next(bar for bar in section.chart.rows() if bar.name == "Q4_K_M").faded


def test_the_level_the_model_has_is_grey(section):
    assert "has this level already" in section.rows["F16"].text()
    section.begin("Q8_0", has_imatrix=False)
    section.set_estimates(estimates())
    assert "has this level already" not in section.rows["F16"].text()
    assert "has this level already" in section.rows["Q8_0"].text()


def test_with_an_importance_matrix_other_levels_are_the_better_ones(section):
    section.more.button.click()
    assert "needs an importance matrix" in section.rows["IQ2_M"].text()
    assert section.reason("Q2_K") == ""
    section.set_has_imatrix(has_imatrix=True)
    assert "needs an importance matrix" not in section.rows["IQ2_M"].text()
    assert section.reason("Q2_K") == "IQ2_M is smaller and more exact."


def test_what_quantizing_twice_makes_pointless_is_said(section):
    pointless = "It is no smaller than the source, and no better."
    made = [
        replace(one, requantizes=True, dominated_by=pointless) if one.level == "BF16" else one
        for one in estimates()
    ]
    section.set_estimates(made)
    assert section.reason("BF16") == pointless


def test_the_badge_of_other_types_unfolds_which(section):
    row = section.rows["Q3_K_S"]
    assert row.fallback.text() == "24 tensors get another type"
    assert row.details() == ""
    row.fallback.click()
    assert "Q5_0: blk.0.ffn_down.weight" in row.details()
    assert "20 more" in row.details()
    row.fallback.click()
    assert row.details() == ""
    assert section.rows["Q4_K_M"].fallback.isHidden()


def test_one_tensor_of_another_type_is_one(section):
    one = [
        replace(estimate, fallback_tensors=(Fallback("output.weight", "Q8_0"),))
        for estimate in estimates()
    ]
    section.set_estimates(one)
    assert section.rows["Q6_K"].fallback.text() == "1 tensor gets another type"


def test_without_sizes_nothing_is_chosen_and_nothing_drawn(section):
    section.begin("F16", has_imatrix=False)
    assert not section.known
    assert section.chosen() == ()
    assert section.chart.isHidden()
    assert "…" in section.rows["Q4_K_M"].text()


def test_the_chart_speaks_of_memory(section):
    assert section.chart.limit_shown
    words = {bar.name: bar.words for bar in section.chart.rows()}
    assert words["Q4_K_M"].startswith("Q4_K_M: 4.9 GB, 4.89 bits per weight. 4.9 GB of memory")
    assert "more than is free" in words["F16"]
    assert "line is the memory" in section._caption.text()
    section.set_available(500_000_000_000)
    assert not section.chart.limit_shown
    assert "far below the 500.0 GB" in section._caption.text()
    section.set_available(0)
    assert section._caption.text() == ""
    assert section.chart.rows()[0].words.endswith("bits per weight.")


def test_the_chart_moves_above_the_list_where_it_is_narrow(section, qtbot):
    def above() -> bool:
        chart = section.chart.mapTo(section, section.chart.rect().topLeft()).y()
        return chart < section.rows["Q2_K"].mapTo(section, section.rect().topLeft()).y()

    qtbot.waitUntil(lambda: not above())
    section.resize(380, 1600)
    qtbot.waitUntil(above)
