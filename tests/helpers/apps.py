"""The whole application with a scripted engine child."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from desktop.app import App
from desktop.core.settings import SettingsStore
from desktop.domain.paths import Home
from desktop.storage.database import Database
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from tests.helpers.fake_worker import COMMAND


def make_app(qt: QApplication, home: Home) -> App:
    """An application that has no window yet."""
    home.root.mkdir(parents=True, exist_ok=True)
    settings = SettingsStore(home.settings)
    theme = Theme(qt)
    theme.apply(settings.current.theme, settings.current.text_scale)
    database = Database(home.database)
    return App(home, settings, theme, Icons(), database, database.open(), COMMAND)
