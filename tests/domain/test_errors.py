from __future__ import annotations

import pickle

import pytest

from desktop.domain import errors

ALL = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.QuernError)
]


def test_message_and_advice_make_one_text() -> None:
    error = errors.DiskFull("The disk is full.", "Free some space.")
    assert str(error) == "The disk is full. Free some space."
    assert str(errors.DiskFull("The disk is full.")) == "The disk is full."


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_each_error_is_either_ours_to_explain_or_theirs_to_mend(kind) -> None:
    families = (errors.EnvironmentFault, errors.InvalidInput, errors.Cancelled)
    if kind is not errors.QuernError:
        assert sum(issubclass(kind, family) for family in families) == 1
    assert kind.__doc__
    assert str(kind("What happened.", "What to do.")) == "What happened. What to do."


def test_the_end_of_an_engine_carries_its_last_words() -> None:
    error = errors.EngineDied("It stopped.", exit_code=-6, log_lines=("a", "b"))
    assert (error.exit_code, error.log_lines) == (-6, ("a", "b"))
    assert pickle.loads(pickle.dumps(errors.DiskFull("full"))).message == "full"
