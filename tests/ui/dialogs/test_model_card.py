from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.domain.model import MemoryEstimate, ModelInfo
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.dialogs.model_card import ModelCard

GB = 1_000_000_000
INFO = ModelInfo(
    Path("/models/small.gguf"),
    2_497_281_120,
    "qwen3",
    "Qwen3 4B",
    "Q4_K_M",
    4_022_468_096,
    4.97,
    32768,
    2560,
    36,
    32,
    8,
    151936,
    "gpt2",
    "apache-2.0",
    "",
    "{{ messages }}",
)
FITS = MemoryEstimate(2 * GB, GB, 0, 0, 4096, 5 * GB + GB // 10)
TOO_BIG = replace(FITS, available=2 * GB + GB // 2)


@pytest.fixture
def card(qtbot) -> ModelCard:
    made = ModelCard(INFO.path)
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_is_busy_until_the_header_is_read(card, qtbot):
    assert not card.load_button.isEnabled()
    assert not card.add_button.isEnabled()
    with qtbot.waitSignal(card.context_changed) as told:
        card.set_info(INFO)
    assert told.args == [4096]
    assert card.add_button.isEnabled()
    assert not card.load_button.isEnabled()


def test_it_says_in_plain_words_what_the_file_is(card):
    card.set_info(INFO)
    text = card.findChild(FactsTable).as_text()
    for words in ("4.0 B", "Q4_K_M, 4.97 bits", "2.5 GB", "32768 tokens", "apache-2.0"):
        assert words in text


def test_it_fits(card, qtbot):
    card.set_info(INFO)
    card.set_estimate(FITS)
    assert card.verdict() == "Fits, with 2.1 GB to spare."
    with qtbot.waitSignal(card.load_requested) as told:
        card.load_button.click()
    assert told.args == [4096]
    assert not card.isVisible()


def test_enter_loads_it_though_cancel_alone_could_have_the_focus_while_it_was_busy(card, qtbot):
    qtbot.keyClick(card.focusWidget() or card, Qt.Key.Key_Tab)
    card.set_info(INFO)
    qtbot.keyClick(card.focusWidget(), Qt.Key.Key_Return)
    assert card.isVisible(), "it is not known yet whether it fits"
    card.set_estimate(FITS)
    with qtbot.waitSignal(card.load_requested):
        qtbot.keyClick(card.focusWidget(), Qt.Key.Key_Return)


def test_it_is_too_big_and_what_would_fit(card):
    card.set_info(INFO)
    card.set_estimate(TOO_BIG)
    assert card.verdict() == "Too big by 500.0 MB. With a context of 2048 it would fit."
    assert not card.load_button.isEnabled()
    card.set_estimate(replace(TOO_BIG, weights=3 * GB))
    assert "smaller quantization level" in card.verdict()


def test_the_context_is_asked_about_while_it_is_moved(card, qtbot):
    card.set_info(INFO)
    with qtbot.waitSignal(card.context_changed) as told:
        card._context.setValue(8)
    assert told.args == [2048]
    assert card.context() == 2048
    assert card._context.maximum() * 256 == INFO.context_length


@pytest.mark.parametrize("length", [0, 100, 300])
def test_odd_context_lengths(card, length):
    card.set_info(replace(INFO, context_length=length))
    assert card.context() >= 256


def test_problems_of_the_file_are_shown(card):
    card.set_info(replace(INFO, problems=("The last tensor is cut off.",)))
    assert card._problems.isVisible()
    assert card._problems.text() == "The last tensor is cut off."


def test_a_file_that_is_no_model(card):
    card.set_problem("small.gguf is not a GGUF model.")
    assert card.verdict() == "small.gguf is not a GGUF model."
    assert not card.load_button.isEnabled()
    assert not card.add_button.isEnabled()


def test_adding_without_loading(card, qtbot):
    card.set_info(INFO)
    with qtbot.assertNotEmitted(card.load_requested), qtbot.waitSignal(card.add_requested):
        card.add_button.click()


def test_a_problem_is_not_said_twice(card):
    card.set_info(replace(INFO, problems=("The file ends early: 5 of 9 bytes.", "It is odd.")))
    card.set_problem("The file ends early: 5 of 9 bytes. Download it again.")
    assert card._problems.text() == "It is odd."
    card.set_problem("It is odd. Choose another.")
    assert card._problems.isHidden()
