from __future__ import annotations

import psutil
import pytest

from desktop.cli.home_use import opened_database, opened_services
from desktop.core.settings import SettingsStore
from desktop.domain.errors import ModelFileInvalid, StorageFault
from desktop.domain.paths import Home
from desktop.engine.child import EXCLUDED_DEVICES
from desktop.engine.protocol import Hello, HelloReply


def test_the_core_lasts_as_long_as_the_command(home, tmp_path):
    bad = tmp_path / "bad.gguf"
    bad.touch()
    with opened_services(Home(home)) as services:
        library = services.library
        assert [entry.starter for entry in library.list()] == [True]
        with pytest.raises(ModelFileInvalid):
            library.add(bad)
    # Closed, SQLite has folded its write-ahead log into the file.
    assert [path.name for path in home.iterdir() if path.name.startswith("quern.db")] == [
        "quern.db"
    ]


def test_the_core_makes_engines_for_the_devices_the_settings_say(home):
    home.mkdir()
    SettingsStore(Home(home).settings).update(excluded_devices="Vulkan0")
    with opened_services(Home(home)) as services:
        engine = services.make_engine()
        engine.start()
        engine.call(lambda number: Hello(id=number), HelloReply)
        assert psutil.Process(engine.process_id).environ()[EXCLUDED_DEVICES] == "Vulkan0"
        engine.close()


def test_a_damaged_database_is_kept_aside_and_told_about(home, capsys):
    home.mkdir()
    Home(home).database.write_bytes(b"not a database, but long enough to be one" * 100)
    with opened_database(Home(home)):
        pass
    assert capsys.readouterr().err.startswith("Note: ")
    assert len(list(home.glob("quern*"))) > 1


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StorageFault), opened_database(Home(file / "home")):
        pass
