"""The list of what was deleted, light and dark, against its approved pictures."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from desktop.domain.errors import InvalidInput
from desktop.ui.dialogs import recently_deleted
from desktop.ui.dialogs.recently_deleted import RecentlyDeletedDialog
from tests.helpers.deletion_data import FakeRecentlyDeleted, deletions
from tests.helpers.screenshots import settle


@pytest.fixture
def shown(theme, qtbot, second_of_june) -> SimpleNamespace:
    second_of_june(recently_deleted)
    controller = FakeRecentlyDeleted()
    dialog = RecentlyDeletedDialog(controller, None)
    qtbot.addWidget(dialog)
    dialog.resize(760, 480)
    dialog.show()
    return SimpleNamespace(dialog=dialog, controller=controller, theme=theme)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_recently_deleted(shown, approve, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    shown.controller.listed.emit(deletions())
    settle(shown.dialog)
    approve(shown.dialog, f"recently-deleted-{mode}")


def test_nothing_was_deleted(shown, approve) -> None:
    shown.controller.listed.emit([])
    settle(shown.dialog)
    approve(shown.dialog, "recently-deleted-empty")


def test_mirrored_large_and_refused(shown, approve, qapp) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shown.theme.apply("light", 1.5)
    shown.controller.listed.emit(deletions())
    shown.controller.failed.emit(InvalidInput("This prompt is no longer there."))
    settle(shown.dialog)
    approve(shown.dialog, "recently-deleted-refused")
