from __future__ import annotations

from pathlib import Path

import pytest

from desktop.ui.compare.base_section import BaseSection

PATH, BETTER = Path("/models/a-Q8_0.gguf"), Path("/models/a-F16.gguf")


@pytest.fixture
def section(icons, theme, qtbot) -> BaseSection:
    made = BaseSection(icons)
    qtbot.addWidget(made)
    made.show()
    return made


def test_to_begin_with_it_says_what_to_choose(section):
    assert section.text().startswith("Choose the model that its levels are compared with")
    assert section.better_button.isHidden()


def test_a_base_that_lost_something_says_so(section):
    section.show_base(PATH, "llama · Q8_0", "It is quantized itself.")
    assert section.text() == "a-Q8_0.gguf llama · Q8_0 It is quantized itself."
    section.show_base(BETTER, "llama · F16")
    assert section.text() == "a-F16.gguf llama · F16"


def test_a_better_one_is_offered_until_another_is_chosen(section, qtbot):
    section.show_base(PATH, "llama · Q8_0")
    section.offer_better("A & B", BETTER)
    assert section.better_button.text() == "Use A && B instead"
    with qtbot.waitSignal(section.chosen) as told:
        section.better_button.click()
    assert told.args == [BETTER]
    section.show_looking(BETTER)
    assert section.better_button.isHidden()
    with qtbot.assertNotEmitted(section.chosen):
        section.better_button.click()
