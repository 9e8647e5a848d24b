from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.domain.quantization import TensorOverride
from desktop.ui.quantize.advanced_section import AdvancedSection
from desktop.ui.quantize.override_rows import TYPES, USUAL_TYPE

TENSORS = ("blk.0.ffn_down.weight", "blk.1.ffn_down.weight", "output.weight")


@pytest.fixture
def section(icons, theme, qtbot) -> AdvancedSection:
    made = AdvancedSection(icons)
    made.set_tensors(TENSORS)
    qtbot.addWidget(made)
    made.show()
    return made


def add(section, pattern: str):
    section.exceptions.add_button.click()
    row = section.exceptions.rows[-1]
    row.pattern.setText(pattern)
    row.pattern.editingFinished.emit()
    return row


def test_nothing_is_asked_for_to_begin_with(section):
    assert section.overrides() == ()
    assert section.threads() == 0
    assert not section.keep_output.isChecked()


def test_keeping_the_output_is_told(section, qtbot):
    with qtbot.waitSignal(section.changed):
        section.keep_output.click()


def test_an_exception_is_a_pattern_and_a_type(section, qtbot):
    with qtbot.waitSignal(section.changed):
        row = add(section, " ffn_down ")
    assert section.overrides() == (TensorOverride("ffn_down", USUAL_TYPE),)
    assert row.note() == "Found in 2 of 3 tensors."
    with qtbot.waitSignal(section.changed):
        row.type.setCurrentText("Q6_K")
        row.type.activated.emit(TYPES.index("Q6_K"))
    assert section.overrides() == (TensorOverride("ffn_down", "Q6_K"),)


def test_exceptions_keep_their_order(section):
    add(section, r"blk\.0\.")
    add(section, "ffn_down")
    assert [override.pattern for override in section.overrides()] == [r"blk\.0\.", "ffn_down"]


def test_what_is_no_expression_is_said_and_lacking(section, qtbot):
    with qtbot.waitSignal(section.changed):
        row = add(section, "ffn_[")
    assert row.note() == "This is no regular expression; plain letters are one."
    assert row._note.property("tone") == "error"
    assert section.overrides() == ()
    assert section.exceptions.lacking() == (
        "The exception “ffn_[” is no regular expression. Correct it, or remove it."
    )
    with qtbot.waitSignal(section.changed):
        row.remove_button.click()
    assert section.exceptions.lacking() == ""


def test_what_is_found_nowhere_is_said(section):
    row = add(section, "ffn_dwon")
    assert row.note() == "Found in no tensor of this model."
    assert row._note.property("tone") == "warning"
    section.set_tensors(["ffn_dwon"])
    assert row.note() == "Found in 1 of 1 tensors."


def test_an_empty_exception_is_none(section, qtbot):
    with qtbot.assertNotEmitted(section.changed):
        row = add(section, "  ")
    assert section.overrides() == ()
    assert row._note.isHidden()


def test_leaving_a_field_as_it_was_tells_nothing(section, qtbot):
    row = add(section, "ffn_down")
    with qtbot.assertNotEmitted(section.changed):
        row.pattern.editingFinished.emit()


def test_removing_tells_and_keeps_the_focus_here(section, qtbot):
    add(section, "output")
    row = add(section, "ffn_down")
    with qtbot.waitSignal(section.changed):
        row.remove_button.click()
    assert [override.pattern for override in section.overrides()] == ["output"]
    assert section.exceptions.add_button.hasFocus()


def test_a_new_exception_takes_the_cursor(section, qtbot):
    qtbot.keyClick(section.exceptions.add_button, Qt.Key.Key_Space)
    assert section.exceptions.rows[0].pattern.hasFocus()
