"""What becomes of a run, whatever ends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from desktop.core.job_control import JobControl
from desktop.domain.errors import Cancelled, QuernError
from desktop.domain.job import JobState


class SetState(Protocol):
    """Keeps how a run stands. Raises: StorageFault."""

    def __call__(self, state: JobState, problem: str = "", advice: str = "") -> None: ...


@contextmanager
def state_kept(set_state: SetState, control: JobControl) -> Iterator[None]:
    """A run that `control` can stop is RUNNING meanwhile, then DONE; or CANCELLED, FAILED or
    INTERRUPTED by an exception, which goes on."""
    set_state(JobState.RUNNING)
    try:
        yield
    except Cancelled:
        set_state(JobState.INTERRUPTED if control.interrupted else JobState.CANCELLED)
        raise
    except QuernError as error:
        set_state(JobState.FAILED, error.message, error.advice)
        raise
    except BaseException:  # a bug, or Ctrl+C
        set_state(JobState.INTERRUPTED)
        raise
    set_state(JobState.DONE)
