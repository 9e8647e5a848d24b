from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.domain.job import JobState
from desktop.ui.quantize.job_list import SHOWN, JobList
from desktop.ui.quantize.job_words import line_of
from tests.helpers.quantize_page_data import (
    FOLDER,
    SOURCE,
    conversion,
    done,
    job,
    jobs,
    running,
    sizes,
)


@pytest.fixture
def rows(icons, theme, qtbot) -> JobList:
    made = JobList(icons)
    qtbot.addWidget(made)
    made.show()
    return made


def show(rows: JobList, *shown, sizes_of=None) -> None:
    rows.set_lines([(one.id, line_of(one, sizes_of or {})) for one in shown])


def buttons(row) -> set[str]:
    return {button.text() for button in row.findChildren(QPushButton) if button.isVisible()}


def test_a_running_job_says_how_far_it_is_and_can_be_cancelled(rows, qtbot):
    show(rows, running(9))
    row = rows.row(9)
    assert row.text() == (
        "Llama-3.1-8B-Instruct · Q5_K_M · 42 % · 2 min left · 83.0 MB of memory"
        " · Q5_K_M: tensor 121 of 292, blk.13.ffn_down.weight, F16 to Q6_K"
    )
    assert row.bar.isVisible()
    assert row.bar.value() == 420
    assert buttons(row) == {"Cancel"}
    with qtbot.waitSignal(rows.cancel_requested) as told:
        row.cancel_button.click()
    assert told.args == [9]


def test_a_double_click_on_cancel_does_not_take_the_job_off_the_list(rows, qtbot):
    show(rows, running(9))
    row = rows.row(9)
    forgotten: list[int] = []
    rows.forget_requested.connect(forgotten.append)
    show(rows, job(9, JobState.CANCELLED))
    assert row.forget_button.isVisible()
    row.forget_button.click()
    assert not forgotten
    qtbot.waitUntil(row.forget_button.isEnabled)
    row.forget_button.click()
    assert forgotten == [9]


# --- the keyboard ---------------------------------------------------------------------------


@pytest.fixture
def focused(rows, qtbot) -> JobList:
    """In the window that has the focus."""
    rows.resize(600, 400)
    rows.activateWindow()
    qtbot.waitUntil(rows.isActiveWindow)
    return rows


def focus(rows: JobList) -> str:
    """What the button in focus says to a screen reader, "" for one elsewhere."""
    button = QApplication.focusWidget()
    inside = button is not None and rows.isAncestorOf(button)
    return button.accessibleName() if inside else ""


def test_the_newest_job_takes_the_focus(focused):
    show(focused, running(9), done(8))
    focused.focus_newest()
    assert focus(focused).startswith("Cancel ")
    assert focused.row(9).cancel_button.property("keyboardFocus")  # drawn


def test_nothing_takes_the_focus_when_nothing_was_begun(focused):
    focused.focus_newest()
    assert focus(focused) == ""


@pytest.mark.parametrize(
    ("ended", "wanted"),
    [
        (job(9, JobState.CANCELLED), "Try again: "),
        (replace(done(8), id=9), "Chat with "),
        (job(9, JobState.DONE), "Take "),  # nothing came of it
    ],
)
def test_the_focus_stays_with_a_job_that_ends(focused, qtbot, ended, wanted):
    show(focused, running(9), job(7, JobState.FAILED))
    focused.focus_newest()
    show(focused, ended, job(7, JobState.FAILED))
    qtbot.waitUntil(lambda: focus(focused).startswith(wanted))


def test_the_focus_stays_with_results_whose_sizes_come_later(focused):
    show(focused, done(8))
    focused.focus_newest()
    show(focused, done(8), sizes_of=sizes())
    assert focus(focused).startswith("Chat with ")


def test_the_focus_stays_elsewhere_while_a_job_goes_on(focused):
    show(focused, running(9), job(7, JobState.FAILED))
    focused.row(7).retry_button.setFocus()
    show(focused, job(9, JobState.CANCELLED), job(7, JobState.FAILED))
    assert focused.row(7).retry_button.hasFocus()


def test_a_job_taken_off_leaves_the_focus_to_the_one_in_its_place(focused):
    show(focused, job(9, JobState.FAILED), job(8, JobState.FAILED), job(7, JobState.FAILED))
    focused.row(8).forget_button.setFocus()
    show(focused, job(9, JobState.FAILED), job(7, JobState.FAILED))
    assert focused.row(7).has_focus()
    show(focused, job(9, JobState.FAILED))
    assert focused.row(9).has_focus()


# --- what is said ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words", "can"),
    [
        (JobState.WAITING, "Waits for its turn", {"Cancel"}),
        (JobState.CANCELLED, "Cancelled", {"Try again"}),
        (JobState.INTERRUPTED, "Quern ended before this was done", {"Try again"}),
        (JobState.FAILED, "Failed · It broke. Mend it.", {"Try again"}),
    ],
)
def test_each_state_says_what_can_be_done(rows, qtbot, state, words, can):
    failed = {"problem": "It broke.", "advice": "Mend it."} if state is JobState.FAILED else {}
    show(rows, job(3, state, **failed))
    row = rows.row(3)
    assert words in row.text()
    assert buttons(row) == can
    assert row.bar.isHidden()
    assert row._words.property("tone") == ("error" if failed else "small")
    if "Try again" in can:
        with qtbot.waitSignal(rows.retry_requested) as told:
            row.retry_button.click()
        assert told.args == [3]
        with qtbot.waitSignal(rows.forget_requested) as told:
            row.forget_button.click()
        assert told.args == [3]
    else:
        assert row.forget_button.isHidden()
    assert row.pause_button.isHidden()


def test_what_came_of_it_can_be_used(rows, qtbot):
    show(rows, done(8), sizes_of=sizes())
    row = rows.row(8)
    assert "Done, 13.4 GB" in row.text()
    assert [result.findChildren(QLabel)[0].text() for result in row.results] == [
        "Llama-3.1-8B-Instruct-Q4_K_M.gguf", "Llama-3.1-8B-Instruct-Q8_0.gguf",
    ]  # fmt: skip
    first = FOLDER / "Llama-3.1-8B-Instruct-Q4_K_M.gguf"
    for text, signal in (("Chat", rows.chat_requested), ("Show in folder", rows.folder_requested)):
        with qtbot.waitSignal(signal) as told:
            press(row.results[0], text)
        assert told.args == [first]


def test_a_running_job_is_paused_and_resumed_with_one_button(rows, qtbot):
    show(rows, running(9))
    row = rows.row(9)
    row.pause_button.setFocus()
    with (
        qtbot.waitSignal(rows.pause_requested) as told,
        qtbot.assertNotEmitted(rows.resume_requested),
    ):
        qtbot.keyClick(row.pause_button, Qt.Key.Key_Space)
    assert told.args == [9]
    rows.set_line(9, line_of(replace(running(9), paused=True), {}))
    assert "Paused at 42 %" in row.text() and "left" not in row.text()
    assert row.bar.isVisible() and row.bar.value() == 420
    assert row.pause_button.isVisible() and row.pause_button.toolTip() == "Resume"
    assert row.pause_button.accessibleName() == "Resume Llama-3.1-8B-Instruct · Q5_K_M"
    assert row.window().focusWidget() is row.pause_button
    with (
        qtbot.waitSignal(rows.resume_requested) as told,
        qtbot.assertNotEmitted(rows.pause_requested),
    ):
        qtbot.keyClick(row.pause_button, Qt.Key.Key_Space)
    assert told.args == [9]
    rows.set_line(9, line_of(running(9), {}))
    assert row.pause_button.accessibleName() == "Pause Llama-3.1-8B-Instruct · Q5_K_M"


def test_levels_are_compared_with_what_they_were_made_of(rows, qtbot):
    show(rows, done(8), sizes_of=sizes())
    row = rows.row(8)
    with qtbot.waitSignal(rows.compare_requested) as told:
        press(row.results[1], "Compare")
    assert told.args == [SOURCE]


def press(widget, text: str) -> None:
    next(b for b in widget.findChildren(QPushButton) if b.text() == text).click()


def test_what_was_converted_can_be_quantized(rows, qtbot):
    wanted = conversion()
    made = job(2, JobState.DONE, wanted, results=(wanted.destination,))
    show(rows, made, sizes_of={wanted.destination: 10})
    row = rows.row(2)
    assert row.text().startswith("Llama-3.1-8B-Instruct as a GGUF file, BF16 · Done, 10 bytes")
    assert buttons(row) == {"Chat", "Quantize it", "Show in folder"}
    with qtbot.waitSignal(rows.quantize_requested) as told:
        press(row, "Quantize it")
    assert told.args == [wanted.destination]


def test_a_file_that_is_gone_is_offered_no_more(rows):
    finished = done(8)
    show(rows, finished, sizes_of={**sizes(), finished.results[0]: 0})
    row = rows.row(8)
    assert buttons(row.results[0]) == set()
    assert buttons(row.results[1]) == {"Chat", "Compare", "Show in folder"}
    said = [label.text() for label in row.results[0].findChildren(QLabel)]
    assert "The file is not there any more." in said


def test_a_row_stays_the_same_while_its_job_goes_on(rows):
    show(rows, running(9), done(8))
    row = rows.row(9)
    rows.set_line(9, line_of(job(9, JobState.CANCELLED), {}))
    assert rows.row(9) is row
    assert "Cancelled" in row.text()
    rows.set_line(77, line_of(running(77), {}))
    show(rows, done(8), job(9, JobState.CANCELLED))
    assert rows.row(9) is row
    assert rows.row(8).y() < row.y() or rows._column.indexOf(rows.row(8)) == 0
    show(rows, done(8))
    assert rows.count == 1


def test_buttons_stay_while_nothing_new_came_of_a_job(rows):
    show(rows, done(8), sizes_of=sizes())
    before = rows.row(8).results
    rows.set_line(8, line_of(done(8), sizes()))
    assert rows.row(8).results is before


def test_old_jobs_fold_and_those_going_on_never_do(rows, qtbot):
    ended = [job(number, JobState.CANCELLED) for number in range(20, 10, -1)]
    show(rows, *ended, running(1))
    visible = [one.id for one in ended if rows.row(one.id).isVisible()]
    assert visible == [one.id for one in ended[:SHOWN]]
    assert rows.row(1).isVisible()
    assert rows.all_button.text() == f"Show {10 - SHOWN} more"
    rows.all_button.click()
    assert all(rows.row(one.id).isVisible() for one in ended)
    assert rows.all_button.isHidden()


def test_screen_readers_hear_of_which_job(rows):
    show(rows, *jobs(), sizes_of=sizes())
    assert rows.row(9).cancel_button.accessibleName() == "Cancel Llama-3.1-8B-Instruct · Q5_K_M"
    assert rows.row(7).forget_button.accessibleName().startswith("Take Llama-3.1-8B-Instruct · Q3")
    names = {b.accessibleName() for b in rows.row(8).results[1].findChildren(QPushButton)}
    assert "Chat with Llama-3.1-8B-Instruct-Q8_0.gguf" in names


def test_results_are_never_windows_of_their_own(rows, windows):
    show(rows, done(8))
    show(rows, done(8), sizes_of=sizes())
    assert rows.row(8).results[0].isVisible()
    assert windows == []


def test_sizes_are_not_needed(rows):
    show(rows, done(8))
    assert "Done" in rows.row(8).text()
    assert Path("/nowhere") not in sizes()
