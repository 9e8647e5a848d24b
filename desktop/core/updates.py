"""Whether there is a newer Quern. It only tells; a person decides and installs."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from desktop.domain.errors import StorageFault
from desktop.domain.release import Release, is_newer
from desktop.storage.files import write_atomically

PAUSE_SECONDS = 24 * 3600.0

Ask = Callable[[str], Release]


def release_address(build_facts: Path) -> str:
    """Where the packager of this copy tells of releases; "" when nobody said, as in a checkout.

    `build_facts` is the file that packaging writes, a JSON object with `releases`.
    """
    try:
        address = json.loads(build_facts.read_bytes()).get("releases", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return address if isinstance(address, str) and address.startswith("https://") else ""


class Updates:
    """Blocking calls.

    Args:
        address: where releases are told of, or "": then nothing is ever asked.
        version: of this Quern.
        ask: gets the newest release from an address.
        memo: the file that says when it was asked last.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        address: str,
        version: str,
        ask: Ask,
        memo: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._address = address
        self._version = version
        self._ask = ask
        self._memo = memo
        self._clock = clock

    @property
    def possible(self) -> bool:
        """Whether there is somebody to ask."""
        return bool(self._address)

    def daily(self) -> Release | None:
        """A newer release, looked for at most once a day; None when there is none, or it is not
        the time. Raises: NoNetwork, HubFault."""
        if not self.possible or 0 <= self._clock() - self._asked_at() < PAUSE_SECONDS:
            return None
        return self.now()

    def now(self) -> Release | None:
        """A newer release, or None. Raises: NoNetwork, HubFault."""
        release = self._ask(self._address)
        with contextlib.suppress(StorageFault):  # it is asked again the next time
            write_atomically(self._memo, json.dumps({"asked_at": self._clock()}) + "\n")
        return release if is_newer(release.version, self._version) else None

    def _asked_at(self) -> float:
        try:
            return float(json.loads(self._memo.read_bytes())["asked_at"])
        except (OSError, ValueError, KeyError, TypeError):
            return float("-inf")
