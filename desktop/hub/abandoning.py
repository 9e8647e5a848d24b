"""Waiting for something that cannot be interrupted, such as a hub that does not answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, TypeVar

from desktop.domain.errors import Cancelled

if TYPE_CHECKING:
    from desktop.hub.http import Cancelling

LOOK_UP_SECONDS = 0.1  # how often it is asked whether to go on waiting

ResultT = TypeVar("ResultT")


def abandonable(work: Callable[[], ResultT], cancelled: Cancelling) -> ResultT:
    """What `work` returns. It runs on a thread of its own, which is left to itself when
    `cancelled` says so: nobody then learns how it ended.

    Raises: Cancelled, and what `work` raises.
    """
    future: Future[ResultT] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            future.set_exception(error)

    threading.Thread(target=run, name="abandonable", daemon=True).start()
    while not cancelled():
        if wait([future], LOOK_UP_SECONDS).done:
            return future.result()
    raise Cancelled("It was cancelled.")
