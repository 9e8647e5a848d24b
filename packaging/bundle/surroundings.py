"""The environment that programs started by the bundle get: the one it was started with itself."""

from __future__ import annotations

from collections.abc import MutableMapping

_SEARCH_PATH = "LD_LIBRARY_PATH"
_OF_PYINSTALLER = "_PYI_"


def restore(environment: MutableMapping[str, str]) -> None:
    """Take out what PyInstaller put in.

    This process has read it already. A browser or file manager that Quern opens would otherwise get
    the bundle's libraries in place of the system's, and a second Quern would take itself for a
    child of the first.
    """
    for name in [name for name in environment if name.startswith(_OF_PYINSTALLER)]:
        del environment[name]
    before = environment.pop(f"{_SEARCH_PATH}_ORIG", None)
    if before is not None:
        environment[_SEARCH_PATH] = before
    else:
        environment.pop(_SEARCH_PATH, None)
