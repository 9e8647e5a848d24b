from __future__ import annotations

from desktop.cli.engine_use import engine_maker
from desktop.cli.home_use import opened_services
from desktop.cli.settings_use import settings_of
from desktop.core.settings import SettingsStore
from desktop.domain.paths import Home


def test_settings_are_those_of_the_home(home, capsys):
    home.mkdir()
    SettingsStore(Home(home).settings).update(theme="dark")
    assert settings_of(Home(home)).current.theme == "dark"
    assert capsys.readouterr().err == ""


def test_damaged_ones_are_told_by_whoever_reads_them_first_and_once(home, capsys):
    """They are moved aside, so that nobody after that one could."""
    home.mkdir()
    Home(home).settings.write_text("{")
    engine_maker(Home(home))
    assert "settings.json.damaged" in capsys.readouterr().err
    with opened_services(Home(home)):
        assert capsys.readouterr().err == ""


def test_a_wrong_value_is_told_once(home, capsys):
    home.mkdir()
    Home(home).settings.write_text('{"theme": 7}')
    with opened_services(Home(home)):
        engine_maker(Home(home))
    assert capsys.readouterr().err.count("“Theme”") == 1
