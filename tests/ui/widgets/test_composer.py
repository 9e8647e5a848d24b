import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ui.widgets.attachment_chip import AttachmentChip
from desktop.ui.widgets.composer import Composer

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def composer(icons, qtbot) -> Composer:
    made = Composer(icons)
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.show()
    made.focus()
    return made


def paste(composer: Composer, text: str) -> None:
    mime = QMimeData()
    mime.setText(text)
    composer.edit.insertFromMimeData(mime)


def chips(composer: Composer) -> list[AttachmentChip]:
    return [chip for chip in composer.findChildren(AttachmentChip) if chip.isVisible()]


def test_enter_sends_the_text(composer, qtbot):
    QTest.keyClicks(composer.edit, "Hello")
    with qtbot.waitSignal(composer.send_requested) as told:
        QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert told.args == ["Hello"]


def test_shift_enter_makes_a_line(composer, qtbot):
    QTest.keyClicks(composer.edit, "a")
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer.edit, Qt.Key.Key_Return, SHIFT)
    QTest.keyClicks(composer.edit, "b")
    assert composer.text() == "a\nb"


def test_enter_and_control_enter_can_change_places(composer, qtbot):
    composer.set_send_with_enter(False)
    QTest.keyClicks(composer.edit, "a")
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    with qtbot.waitSignal(composer.send_requested) as told:
        QTest.keyClick(composer.edit, Qt.Key.Key_Return, CONTROL)
    assert told.args == ["a\n"]


def test_nothing_but_space_is_not_sent(composer, qtbot):
    QTest.keyClicks(composer.edit, "  ")
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not composer.button.isEnabled()


def test_the_one_button_sends_or_stops(composer, qtbot):
    composer.set_text("Hi")
    with qtbot.waitSignal(composer.send_requested):
        composer.button.click()
    composer.set_busy(True)
    assert composer.button.text() == "Stop"
    with qtbot.waitSignal(composer.stop_requested):
        composer.button.click()
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert composer._hint.text() == "An answer is still being written; Esc stops it."
    composer.set_busy(False)
    assert composer.button.text() == "Send"
    assert composer._hint.text() == ""


def test_a_reason_forbids_sending_but_not_writing(composer, qtbot):
    composer.set_enabled_reason("Choose a model to begin.")
    QTest.keyClicks(composer.edit, "Hello")
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert composer.text() == "Hello"
    assert composer.button.toolTip() == "Choose a model to begin."
    composer.set_enabled_reason("")
    assert composer.button.isEnabled()


def test_up_in_an_empty_message_edits_the_last(composer, qtbot):
    with qtbot.waitSignal(composer.edit_last_requested):
        QTest.keyClick(composer.edit, Qt.Key.Key_Up)
    composer.set_text("something")
    with qtbot.assertNotEmitted(composer.edit_last_requested):
        QTest.keyClick(composer.edit, Qt.Key.Key_Up)


def test_the_draft_is_told_a_moment_later_and_on_demand(composer, qtbot):
    drafts = []
    composer.draft_changed.connect(drafts.append)
    QTest.keyClicks(composer.edit, "Draft")
    assert drafts == []
    qtbot.waitUntil(lambda: drafts == ["Draft"])
    QTest.keyClicks(composer.edit, "s")
    composer.flush()
    assert drafts == ["Draft", "Drafts"]
    composer.flush()
    assert drafts == ["Draft", "Drafts"]


def test_setting_the_text_is_no_change_of_the_draft(composer, qtbot):
    with qtbot.assertNotEmitted(composer.draft_changed, wait=500):
        composer.set_text("From the database")


def test_it_grows_with_its_lines_up_to_ten(composer):
    heights = []
    for lines in (1, 3, 10, 30):
        composer.set_text("\n".join(["line"] * lines))
        heights.append(composer.edit.height())
    spacing = composer.edit.fontMetrics().lineSpacing()
    assert heights[1] - heights[0] == 2 * spacing
    assert heights[2] - heights[0] == 9 * spacing
    assert heights[3] == heights[2]


def test_a_megabyte_pasted_becomes_an_attachment_at_once(composer, qtbot):
    text = "some words to read\n" * 55_000
    start = time.process_time()
    paste(composer, text)
    assert time.process_time() - start < 0.5  # under 0.02 s on an idle machine
    assert composer.edit.toPlainText() == ""
    assert len(chips(composer)) == 1
    assert "1.0 MB" in chips(composer)[0].preview_button.text()
    assert text in composer.text()
    with qtbot.waitSignal(composer.send_requested) as told:
        composer.button.click()
    assert text in told.args[0]


def test_a_short_paste_goes_into_the_editor(composer):
    paste(composer, "short\0 text")
    assert composer.edit.toPlainText() == "short text"
    assert not chips(composer)


def test_an_attachment_can_be_removed(composer):
    paste(composer, "x" * 20_000)
    chips(composer)[0].removed.emit()
    assert composer.text() == ""
    assert not composer.button.isEnabled()


def test_a_long_draft_comes_back_unchanged(composer):
    draft = "a long draft\n" * 5000
    composer.set_text(draft)
    assert composer.text() == draft
    composer.set_text("short")
    assert composer.text() == "short"
    assert not chips(composer)


def test_dropped_text_files_are_attached(composer, tmp_path: Path):
    file = tmp_path / "notes.py"
    file.write_text("print('hi')\n", encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    composer.edit.insertFromMimeData(mime)
    composer.edit.insertPlainText("Explain")
    assert composer.text() == "Explain\n\nnotes.py\n\n```py\nprint('hi')\n```"


def test_a_text_file_dropped_beside_the_text_is_attached_and_a_model_is_not_taken(
    composer, tmp_path
):
    def send(kind: type[QDropEvent], place: QPoint | QPointF, name: str) -> QDropEvent:
        file = tmp_path / name
        file.write_text("some text\n", encoding="utf-8")
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        event = kind(
            place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        event.ignore()
        QApplication.sendEvent(composer, event)
        return event

    assert not send(QDragEnterEvent, QPoint(5, 5), "model.gguf").isAccepted()
    assert send(QDragEnterEvent, QPoint(5, 5), "notes.txt").isAccepted()
    assert send(QDropEvent, QPointF(5, 5), "notes.txt").isAccepted()
    assert "some text" in composer.text()


def test_a_binary_file_is_refused_in_a_sentence(composer, tmp_path: Path):
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\0\xff")
    composer.attach_files([file])
    assert composer.text() == ""
    assert "picture.png is not a text file" in composer._hint.text()
    QTest.keyClicks(composer.edit, "a")
    assert composer._hint.text() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_K, Qt.Key.Key_L, Qt.Key.Key_B, Qt.Key.Key_R])
def test_shortcuts_of_the_window_work_while_writing(composer, actions, qtbot, key):
    window = composer.window()
    pressed = []
    for action in actions:
        window.addAction(action)
        action.triggered.connect(lambda _=False, action=action: pressed.append(action.objectName()))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(composer.edit, key, CONTROL)
    assert len(pressed) == 1


def test_a_model_dropped_here_is_left_to_the_window(composer, tmp_path: Path):
    model, notes = tmp_path / "model.gguf", tmp_path / "notes.txt"
    for path in (model, notes):
        path.write_text("x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(model))])
    assert mime.hasText()  # the address, which must not become the message
    assert not composer.edit.canInsertFromMimeData(mime)
    mime.setUrls([QUrl.fromLocalFile(str(notes))])
    assert composer.edit.canInsertFromMimeData(mime)
