from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.ui.compare.candidates_section import CandidatesSection
from desktop.ui.compare.file_row import FileRow
from tests.helpers.comparison_data import library
from tests.helpers.quantize_page_data import estimates

F16, Q8, Q4, KIN, _ = (entry.info for entry in library())


@pytest.fixture
def section(icons, theme, qtbot) -> CandidatesSection:
    made = CandidatesSection(icons)
    qtbot.addWidget(made)
    made.begin(F16.file_size)
    made.set_files([FileRow(Q8, "", chosen=True), FileRow(KIN, "Is it the same?", chosen=False)])
    made.set_estimates(estimates())
    return made


def names(section: CandidatesSection) -> list[str]:
    return [estimate.level for estimate in section.chosen_levels()]


def test_what_takes_part_is_told(section, qtbot):
    assert section.files.chosen() == (Q8,)
    assert names(section) == []
    with qtbot.waitSignal(section.changed):
        section.files.rows[1].check.click()
    with qtbot.waitSignal(section.changed):
        section.rows["Q4_K_M"].check.click()
    assert section.files.chosen() == (Q8, KIN)
    assert names(section) == ["Q4_K_M"]


def test_a_file_with_a_note_is_never_a_window_of_its_own(section, windows):
    section.set_files([FileRow(KIN, "Is it the same?", chosen=False)])
    assert windows == []


def test_choosing_for_a_person_is_not_told(section, qtbot):
    with qtbot.assertNotEmitted(section.changed):
        section.choose(["Q6_K", "Q3_K_M"])
    assert names(section) == ["Q3_K_M", "Q6_K"]


def test_a_level_that_takes_part_as_a_file_need_not_be_made(section):
    assert "takes part already" in section.rows["Q8_0"].text()
    section.files.rows[0].check.click()
    assert section.reason("Q8_0") == ""


def test_a_level_no_smaller_than_the_base_is_pointless(section):
    assert "no smaller than the base" in section.reason("BF16")
    assert section.reason("Q6_K") == ""


def test_another_base_begins_anew(section):
    section.choose(["Q6_K"])
    section.files.set_problem("It is damaged.")
    section.begin(5)
    assert not section.known
    assert section.files.chosen() == ()
    assert names(section) == []
    assert section.files.problem() == ""


def test_a_file_says_what_it_is_and_what_speaks_against_it(section):
    row = section.files.rows[1]
    said = row.check.accessibleDescription()
    assert KIN.path.name in said
    assert "4.9 GB · 4.89 bits" in said
    assert "Is it the same?" in said


def test_a_file_is_added(section, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/m/x.gguf", ""))
    with qtbot.waitSignal(section.files.file_added) as told:
        section.files.add_button.click()
    assert told.args == [Path("/m/x.gguf")]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(section.files.file_added):
        section.files.add_button.click()


def test_an_importance_matrix_lifts_what_needs_one(section, qtbot, monkeypatch):
    section.more.set_open(True)
    assert "needs an importance matrix" in section.rows["IQ2_M"].text()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/m/x.imatrix", ""))
    with qtbot.waitSignal(section.options_changed):
        section.imatrix_button.click()
    assert section.imatrix == Path("/m/x.imatrix")
    section.set_estimates(estimates())
    assert "needs an importance matrix" not in section.rows["IQ2_M"].text()
    with qtbot.waitSignal(section.options_changed):
        section.drop_button.click()
    assert section.imatrix is None
