"""Crash, shortcuts, about, answer details and the table they share."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton

from desktop.domain.conversation import AnswerFacts, StopReason
from desktop.domain.sampling import FIELDS, SamplerSettings
from desktop.ui.dialogs.about import AboutDialog
from desktop.ui.dialogs.answer_details import AnswerDetails
from desktop.ui.dialogs.crash import CrashDialog
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.dialogs.licences import LicencesDialog
from desktop.ui.dialogs.shortcuts import ShortcutsDialog

FACTS = AnswerFacts(
    "Starter",
    "/starter.gguf",
    "F16",
    SamplerSettings(temperature=0.3, stop=("END",)),
    seed=7,
    stop_reason=StopReason.MAX_TOKENS,
    prompt_tokens=100,
    cached_tokens=60,
    completion_tokens=32,
    ttft_ms=312.0,
    tokens_per_second=14.2,
    context=4096,
    context_used=132,
    dropped_messages=3,
    template_arguments={"enable_thinking": True},
)


def button(dialog: QDialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def rows(table: FactsTable) -> dict[str, str]:
    return dict(line.split("\t") for line in table.as_text().split("\n"))


def test_the_table_copies_what_is_selected_or_all(qtbot):
    table = FactsTable("Facts")
    qtbot.addWidget(table)
    table.set_facts([("One", "1"), ("Two", "2")])
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "One\t1\nTwo\t2"
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Two\t2"


def test_a_crash_keeps_its_traceback_folded_but_copies_it(icons, qtbot):
    dialog = CrashDialog("Traceback: ZeroDivisionError", icons)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.findChildren(QPlainTextEdit)
    button(dialog, "Copy details").click()
    assert QGuiApplication.clipboard().text() == "Traceback: ZeroDivisionError"
    with qtbot.waitSignal(dialog.open_logs_requested):
        button(dialog, "Open logs folder").click()
    dialog.disclosure.set_open(True)
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "Traceback: ZeroDivisionError"


def test_a_crash_can_be_gone_on_from_or_not(icons, qtbot):
    for text, result in (
        ("Continue", QDialog.DialogCode.Accepted),
        ("Quit", QDialog.DialogCode.Rejected),
    ):
        dialog = CrashDialog("x", icons)
        qtbot.addWidget(dialog)
        with qtbot.waitSignal(dialog.finished) as told:
            button(dialog, text).click()
        assert told.args == [result.value]


def test_every_shortcut_is_listed_and_can_be_searched(actions, qtbot):
    dialog = ShortcutsDialog(actions)
    qtbot.addWidget(dialog)
    listed = rows(dialog.table)
    assert listed["Command palette"] == "Ctrl+K"
    assert listed["Larger text"] == "Ctrl++ or Ctrl+="
    assert len(listed) == sum(1 for a in actions if a.shortcuts()) + 4
    dialog.search.setText("ctrl+k")
    assert list(rows(dialog.table)) == ["Command palette"]


def test_about(icons, qtbot, tmp_path):
    dialog = AboutDialog("1.2.3", [("Qt 6.11", "LGPL-3.0")], icons, tmp_path / "licences.txt")
    qtbot.addWidget(dialog)
    assert rows(dialog.findChild(FactsTable)) == {"Qt 6.11": "LGPL-3.0"}
    assert dialog.licences.isHidden()


def test_about_shows_the_licences_that_a_package_has(icons, qtbot, tmp_path):
    file = tmp_path / "licences.txt"
    file.write_text("Größe: MIT", encoding="utf-8")
    dialog = AboutDialog("1.2.3", [("Qt 6.11", "LGPL-3.0")], icons, file)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.licences.click()
    shown = dialog.findChild(LicencesDialog)
    assert shown.isVisible()
    assert shown.text.toPlainText() == "Größe: MIT"


def test_how_an_answer_was_made(qtbot):
    dialog = AnswerDetails(FACTS)
    qtbot.addWidget(dialog)
    told = rows(dialog.table)
    assert told["Model"] == "Starter · F16"
    assert told["Ended because"] == "the longest answer was reached"
    assert told["Seed"] == "7"
    assert told["First token after"] == "0.31 s"
    assert told["Tokens read"] == "100, of which 60 were remembered from before"
    assert told["Messages not seen"] == "3"
    assert "Tokens let go" not in told
    assert told["Stop at"] == "'END'"
    assert told["enable_thinking"] == "yes"
    for spec in FIELDS:
        assert spec.label in told
    assert float(told["Temperature"]) == 0.3
    button(dialog, "Copy").click()
    assert "Starter" in QGuiApplication.clipboard().text()


def test_the_settings_of_an_answer_can_be_used_again(qtbot):
    dialog = AnswerDetails(FACTS)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.use_settings_requested) as told:
        button(dialog, "Use these settings").click()
    assert told.args == [SamplerSettings(temperature=0.3, stop=("END",), seed=7)]


def test_the_prompt_of_an_answer_leads_to_it(qtbot):
    dialog = AnswerDetails(FACTS)
    qtbot.addWidget(dialog)
    assert dialog.prompt_button.isHidden()
    dialog.set_prompt("Sort & count", 3)
    assert dialog.prompt_button.text() == "Prompt: Sort && count, version 3"
    with qtbot.waitSignal(dialog.prompt_requested):
        dialog.prompt_button.click()
    assert not dialog.isVisible()


def test_every_stop_reason_has_words(qtbot):
    for reason in StopReason:
        dialog = AnswerDetails(FACTS._replace(stop_reason=reason))
        qtbot.addWidget(dialog)
        assert rows(dialog.table)["Ended because"]
