"""How tokens were chosen, light and dark, against its approved pictures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt

from desktop.domain.sampling import SamplerSettings
from desktop.ui.icons import Icons
from desktop.ui.next_token.dialog import AnswerTokens
from desktop.ui.next_token.view import NextTokenView
from desktop.ui.theme import Theme
from tests.helpers.next_token_data import choice, looked_at
from tests.helpers.screenshots import assert_looks_as_approved


@pytest.fixture
def theme(qapp, font):
    return Theme(qapp)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_tokens_of_an_answer(qtbot, theme, mode, request):
    theme.apply(mode, 1.0)
    dialog = AnswerTokens(Icons())
    qtbot.addWidget(dialog)
    dialog.show_answer(looked_at(150, foreign=True), 8)
    dialog.show_token(choice(8))
    dialog.resize(QSize(900, 680))
    dialog.show()
    update = request.config.getoption("--update-screenshots")
    assert_looks_as_approved(dialog, f"tokens-{mode}", update=update)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_could_come_next_in_a_narrow_panel(qtbot, theme, mode, request):
    theme.apply(mode, 1.0)
    view = NextTokenView(Icons(), 8)
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
    update = request.config.getoption("--update-screenshots")
    assert_looks_as_approved(view, f"next-token-{mode}", update=update)
