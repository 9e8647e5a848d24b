from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint

from desktop.domain.model import MemoryEstimate, ModelInfo
from desktop.ui.dialogs.about import AboutDialog
from desktop.ui.dialogs.fitting import FittingDialog, within_screen
from desktop.ui.dialogs.model_card import ModelCard
from desktop.ui.dialogs.recently_deleted import RecentlyDeletedDialog
from desktop.ui.dialogs.shortcuts import ShortcutsDialog
from desktop.ui.widgets.buttons import label
from tests.helpers.deletion_data import FakeRecentlyDeleted

INFO = ModelInfo(
    path=Path("/models/m.gguf"), file_size=10**9, architecture="llama", name="M", level="Q8_0",
    parameters=10**9, bits_per_weight=8.5, context_length=4096, embedding_length=256,
    block_count=6, head_count=4, head_count_kv=4, vocabulary_size=2048, tokenizer="gpt2",
    license="mit", description="", chat_template="",
)  # fmt: skip


def is_on_screen(dialog) -> bool:
    return dialog.size() == dialog.size().boundedTo(dialog.screen().availableSize())


def test_it_is_as_tall_as_its_content(qtbot):
    dialog = FittingDialog(60)
    qtbot.addWidget(dialog)
    dialog.content.addWidget(label("short"))
    dialog.fit()
    dialog.show()
    before = dialog.height()
    assert before < 200
    more = label("line\n" * 10)
    dialog.content.addWidget(more)
    more.show()
    dialog.fit()
    assert dialog.height() > before
    assert not dialog._area.verticalScrollBar().isVisible()


def test_a_sentence_that_wraps_does_not_scroll(icons, qtbot, qapp):
    card = ModelCard(INFO.path)
    qtbot.addWidget(card)
    card.show()
    card.set_problem("The model file is not there. Choose another model, or put the file back.")
    qapp.processEvents()  # it may have looked right before
    qtbot.waitUntil(lambda: not card._area.verticalScrollBar().isVisible())


def test_it_does_not_grow_off_the_screen(qtbot, qapp):
    dialog = FittingDialog(60)
    qtbot.addWidget(dialog)
    dialog.content.addWidget(label("short"))
    dialog.fit()
    room = dialog.screen().availableGeometry()
    dialog.move(room.left(), room.bottom() - 120)
    dialog.show()
    more = label("line\n" * 100)
    dialog.content.addWidget(more)
    more.show()
    dialog.fit()
    qapp.processEvents()
    qtbot.waitUntil(lambda: room.contains(dialog.geometry()))


def test_too_much_content_scrolls_and_the_footer_stays_in_view(qtbot):
    dialog = FittingDialog(60)
    qtbot.addWidget(dialog)
    dialog.content.addWidget(label("line\n" * 300))
    button = label("footer")
    dialog.footer.addWidget(button)
    dialog.fit()
    dialog.show()
    assert dialog.size() == within_screen(dialog, dialog.width(), 10_000)
    assert dialog._area.verticalScrollBar().maximum() > 0
    assert dialog.rect().contains(button.geometry())


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_dialog_fits_on_the_screen_in_every_text_size(actions, icons, theme, qtbot, scale):
    theme.apply("light", scale)
    card = ModelCard(INFO.path)
    parts = [("A part of it", "MIT")] * 30
    dialogs = [
        card,
        AboutDialog("1.0", parts, icons, Path("licences.txt")),
        ShortcutsDialog(actions),
        RecentlyDeletedDialog(FakeRecentlyDeleted(), None),
    ]
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.show()
    card.set_info(replace(INFO, description="a word " * 200, problems=("It is odd.",) * 5))
    card.set_estimate(MemoryEstimate(1, 1, 1, 1, 4096, 10**9))
    assert all(is_on_screen(dialog) for dialog in dialogs)
    corner = card.load_button.mapTo(card, QPoint())
    assert card.rect().contains(corner)
    verdict = card._verdict.mapTo(card, QPoint())
    assert card.rect().contains(verdict)
