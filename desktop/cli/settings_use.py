"""The settings of a home, as commands read them."""

from __future__ import annotations

import sys
from functools import cache

from desktop.core.settings import SettingsStore
from desktop.domain.paths import Home


@cache  # what is wrong with them is told once, though a command needs them in several places
def settings_of(home: Home) -> SettingsStore:
    """The settings. What is wrong with their file is told on stderr."""
    settings = SettingsStore(home.settings)
    for notice in settings.notices:
        print(f"Note: {notice}", file=sys.stderr)
    return settings
