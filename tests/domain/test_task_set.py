from __future__ import annotations

import pytest

from desktop.domain.task_set import NAME_LENGTH, free_name


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("Mine", set(), "Mine"),
        ("Mine", {"other"}, "Mine"),
        ("MINE", {"mine"}, "MINE 2"),
        ("Mine", {"mine", "mine 2", "mine 4"}, "Mine 3"),
        ("x" * NAME_LENGTH, {"x" * NAME_LENGTH}, "x" * (NAME_LENGTH - 2) + " 2"),
    ],
)
def test_a_free_name_is_numbered_and_no_longer_than_it_may_be(name, taken, free):
    assert free_name(name, taken) == free
