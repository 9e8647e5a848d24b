"""Which release is newer."""

from __future__ import annotations

import pytest

from desktop.domain.release import is_newer, version_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.2.3", (1, 2, 3)), ("v1.2", (1, 2)), ("1.2.0", (1, 2)), ("0.0", ()),
        ("2.0-rc1", (2,)), ("", None), ("latest", None), ("1.2.3.4.5", None), ("9" * 40, None),
    ],
)  # fmt: skip
def test_versions_are_read(text: str, numbers) -> None:
    assert version_of(text) == numbers


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [
        ("0.2.0", "0.1.0", True), ("0.10.0", "0.9.0", True), ("v1.0", "0.9.9", True),
        ("0.1.0", "0.1.0", False), ("0.1", "0.1.0", False), ("0.0.9", "0.1.0", False),
        ("0.2.0-rc1", "0.1.0", False), ("0.2.0b1", "0.1.0", False), ("nonsense", "0.1.0", False),
    ],
)  # fmt: skip
def test_only_a_higher_number_that_is_no_trial_is_told(version, than, newer) -> None:
    assert is_newer(version, than) is newer
