"""Things to tick."""

from __future__ import annotations

import pytest

from desktop.ui.prompt_runs.choice_list import SHOWN, ChoiceList, Tickable

ITEMS = [Tickable(n, f"Item {n} & more", f"details {n}") for n in range(SHOWN + 3)]


@pytest.fixture
def choices(theme, qtbot) -> ChoiceList:
    made = ChoiceList()
    qtbot.addWidget(made)
    made.set_items(ITEMS)
    made.show()
    return made


def test_the_first_are_shown_and_the_others_fold_out(choices) -> None:
    assert sum(check.isVisible() for check in choices.checks.values()) == SHOWN
    assert choices.all_button.text() == "Show 3 more"
    choices.all_button.click()
    assert all(check.isVisible() for check in choices.checks.values())
    assert not choices.all_button.isVisible()


def test_what_is_ticked_is_never_folded_away(choices) -> None:
    choices.choose(lambda key: key == SHOWN + 1)
    assert choices.checks[SHOWN + 1].isVisible() and choices.chosen == (SHOWN + 1,)
    assert choices.all_button.text() == "Show 2 more"


def test_only_a_person_says_that_it_changed(choices, qtbot) -> None:
    with qtbot.assertNotEmitted(choices.changed):
        choices.choose(lambda key: key == 0)
    with qtbot.waitSignal(choices.changed):
        choices.checks[1].click()
    assert choices.chosen == (0, 1)


def test_what_was_ticked_stays_so_when_others_come(choices) -> None:
    choices.checks[2].click()
    choices.set_items([Tickable("new", "New"), *ITEMS[2:]])
    assert choices.chosen == (2,)
    choices.set_items(ITEMS[:1])
    assert choices.chosen == ()


def test_a_long_name_is_shortened_and_told_in_full(choices) -> None:
    name = "A" * 30 + "B" * 30
    choices.set_items([Tickable("x", name)])
    check = choices.checks["x"]
    assert check.text().startswith("AAA") and check.text().endswith("BBB") and "…" in check.text()
    assert (check.accessibleName(), check.toolTip()) == (name, name)
