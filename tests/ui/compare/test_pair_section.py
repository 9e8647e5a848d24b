"""A comparison beside another one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.ui.compare.pair_section import PairSection
from tests.helpers.comparison_data import comparison, report


@pytest.fixture
def section(theme, qtbot) -> PairSection:
    made = PairSection()
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_makes_the_numbers_different_measures_is_said(section: PairSection) -> None:
    one = comparison()
    section.show_pair(report(one), report(one))
    assert not section._caveats.isVisible()
    other = replace(one, facts={**one.facts, "SHA-256 of the text": "00", "Threads": "1"})
    section.show_pair(report(one), report(other))
    assert "SHA-256 of the text" in section.caveats() and "Threads" in section.caveats()


def test_nothing_is_shown_before_one_is_chosen(section: PairSection) -> None:
    assert section.table.isHidden()
    assert section.choice.currentText() == "None"
