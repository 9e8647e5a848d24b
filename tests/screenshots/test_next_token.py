"""How tokens were chosen, light and dark, against its approved pictures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt

from desktop.domain.sampling import SamplerSettings
from desktop.ui.next_token.dialog import AnswerTokens
from desktop.ui.next_token.view import NextTokenView
from tests.helpers.next_token_data import choice, looked_at


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_tokens_of_an_answer(qtbot, theme, icons, mode, approve):
    theme.apply(mode, 1.0)
    dialog = AnswerTokens(icons)
    qtbot.addWidget(dialog)
    dialog.show_answer(looked_at(150, foreign=True), 8)
    dialog.show_token(choice(8))
    dialog.resize(QSize(900, 680))
    dialog.show()
    approve(dialog, f"tokens-{mode}")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_could_come_next_in_a_narrow_panel(qtbot, theme, icons, mode, approve):
    theme.apply(mode, 1.0)
    view = NextTokenView(icons, 8)
    qtbot.addWidget(view)
    view.set_settings(SamplerSettings(json_schema="{}"))
    view.show_answer(looked_at(), 3)
    view.show_token(choice(3))
    view.stages.button("top_p").click()
    view.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if mode == "dark" else Qt.LayoutDirection.LeftToRight
    )
    view.resize(QSize(320, 560))
    view.show()
    approve(view, f"next-token-{mode}")
