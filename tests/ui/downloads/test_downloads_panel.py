from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.domain.download import DownloadState
from desktop.domain.hub import RemoteFile
from desktop.ui.downloads.downloads_panel import DownloadsPanel
from tests.helpers.models_page_data import download, downloads

State = DownloadState


@pytest.fixture
def panel(icons, qtbot) -> DownloadsPanel:
    made = DownloadsPanel(icons)
    qtbot.addWidget(made)
    made.resize(700, 500)
    return made


@pytest.fixture
def filled(panel) -> DownloadsPanel:
    panel.set_downloads(downloads())
    return panel


def buttons(panel: DownloadsPanel, number: int) -> set[str]:
    row = panel.row(number)
    names = ("pause", "resume", "retry", "cancel", "chat", "convert", "show", "forget")
    return {name for name in names if getattr(row, f"{name}_button").isVisible()}


def test_it_is_there_while_there_are_downloads(panel):
    panel.set_downloads([])
    assert not panel.isVisible()
    panel.set_downloads(downloads()[:1])
    assert panel.isVisible()
    panel.set_downloads([])
    assert not panel.isVisible()


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (1, {"pause", "cancel"}),
        (2, {"pause", "cancel"}),
        (3, {"pause", "cancel"}),
        (4, {"resume", "cancel"}),
        (5, {"pause", "cancel"}),
        (6, {"retry", "cancel"}),
        (7, {"chat", "show", "forget"}),
    ],
)
def test_each_state_offers_what_can_be_done(filled, number, wanted):
    assert buttons(filled, number) == wanted


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "41 % · 1.0 GB of 2.5 GB · 23.4 MB/s · 1 min left"),
        (2, "Waits for its turn · 0 bytes of 2.5 GB"),
        (3, "Tries again in 16 s · 400.0 MB of 2.5 GB · The hub cannot be reached. It is tried"),
        (4, "Paused at 76 % · 1.9 GB of 2.5 GB"),
        (5, "Checking what is here · 700.0 MB of 2.5 GB"),
        (6, "Failed · The disk is full: 1.2 GB are missing in /models. Free some space"),
        (7, "Qwen_Qwen3-4B-Q4_K_M · 2.5 GB"),
    ],
)
def test_each_state_in_words(filled, number, words):
    assert words in filled.row(number).text()


@pytest.mark.parametrize(
    ("number", "button", "signal", "told_with"),
    [
        (1, "pause", "pause_requested", 1),
        (4, "resume", "resume_requested", 4),
        (6, "retry", "resume_requested", 6),
        (1, "cancel", "cancel_requested", 1),
        (7, "forget", "forget_requested", 7),
        (7, "chat", "chat_requested", Path("/models/x.gguf")),
        (7, "show", "show_requested", Path("/models/x.gguf")),
    ],
)
def test_what_a_person_does_is_told(filled, qtbot, number, button, signal, told_with):
    with qtbot.waitSignal(getattr(filled, signal)) as told:
        getattr(filled.row(number), f"{button}_button").click()
    assert told.args == [told_with]


def test_a_checkpoint_is_not_to_chat_with_but_to_convert(panel, qtbot):
    here = downloads()[-1]
    files = (RemoteFile("config.json", 5), RemoteFile("model.safetensors", 9))
    checkpoint = replace(here, request=replace(here.request, files=files), received=14)
    panel.set_downloads([checkpoint])
    panel.show()
    assert buttons(panel, 7) == {"convert", "show", "forget"}
    with qtbot.waitSignal(panel.convert_requested) as told:
        panel.row(7).convert_button.click()
    assert told.args == [checkpoint.request.folder]
    panel.set_download(replace(checkpoint, state=State.RUNNING, path=None))
    assert buttons(panel, 7) == {"pause", "cancel"}


def test_rows_are_kept_and_with_them_the_focus(filled, qtbot):
    filled.activateWindow()
    row = filled.row(3)
    row.pause_button.setFocus()
    rest = [one for one in downloads() if one.id in (3, 4)]
    filled.set_downloads(list(reversed(rest)))
    assert filled.row(3) is row
    with pytest.raises(KeyError):
        filled.row(1)
    assert [filled._column.indexOf(filled.row(n)) for n in (4, 3)] == [0, 1]
    assert filled.focusWidget() is row.pause_button


def test_progress_is_shown_in_place(filled):
    going = filled.row(1)
    filled.set_download(replace(going.download, received=2_000_000_000))
    assert going._bar.value() == 801
    filled.set_download(replace(going.download, id=99))  # told of after it was taken off
    filled.set_download(download(1, State.DONE, path=None))
    assert buttons(filled, 1) == {"forget"}  # a checkpoint cannot be chatted with


def test_it_grows_with_what_a_row_has_to_say(icons, qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    panel = DownloadsPanel(icons)
    column.addWidget(QWidget(), 1)
    column.addWidget(panel)
    qtbot.addWidget(window)
    window.resize(700, 500)
    window.show()
    running = download(1, State.RUNNING)
    panel.set_downloads([running])
    panel.set_download(replace(running, state=State.WAITING, problem="The hub is gone. " * 20))
    qtbot.waitUntil(lambda: panel.height() >= panel.row(1).sizeHint().height())
    bar = panel.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() == 0)
