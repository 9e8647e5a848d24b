"""Runs whose state is kept, whatever ends them."""

from __future__ import annotations

import pytest

from desktop.core.job_control import JobControl
from desktop.core.run_state import state_kept
from desktop.domain.errors import Cancelled, InvalidInput
from desktop.domain.job import JobState

Kept = list[tuple[JobState, str, str]]


@pytest.fixture
def kept() -> Kept:
    return []


@pytest.fixture
def control() -> JobControl:
    return JobControl()


@pytest.fixture
def keep(kept: Kept, control: JobControl):
    def set_state(state: JobState, problem: str = "", advice: str = "") -> None:
        kept.append((state, problem, advice))

    return state_kept(set_state, control)


def test_a_run_goes_on_and_is_done(keep, kept: Kept) -> None:
    with keep:
        assert kept == [(JobState.RUNNING, "", "")]
    assert kept[1:] == [(JobState.DONE, "", "")]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Cancelled("It was cancelled."), (JobState.CANCELLED, "", "")),
        (InvalidInput("It is wrong.", "Mend it."), (JobState.FAILED, "It is wrong.", "Mend it.")),
        (KeyboardInterrupt(), (JobState.INTERRUPTED, "", "")),
        (ZeroDivisionError(), (JobState.INTERRUPTED, "", "")),
    ],
)
def test_what_ends_a_run_is_kept_and_goes_on(keep, kept: Kept, error, expected) -> None:
    with pytest.raises(type(error)) as raised, keep:
        raise error
    assert raised.value is error
    assert kept[1:] == [expected]


def test_who_is_stopped_because_quern_closes_was_not_cancelled(
    keep, kept: Kept, control: JobControl
) -> None:
    with pytest.raises(Cancelled), keep:
        control.interrupt()
        control.check()
    assert kept[1:] == [(JobState.INTERRUPTED, "", "")]


def test_who_was_cancelled_stays_so_when_quern_closes(
    keep, kept: Kept, control: JobControl
) -> None:
    with pytest.raises(Cancelled), keep:
        control.cancel()
        control.interrupt()
        control.check()
    assert kept[1:] == [(JobState.CANCELLED, "", "")]
