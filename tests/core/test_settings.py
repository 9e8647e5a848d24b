from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from desktop.core.settings import SPECS, Settings, SettingsStore
from desktop.domain.errors import DiskFull, InvalidInput
from desktop.domain.model import LoadConfig
from desktop.storage import files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.json"


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_first_start_has_defaults_and_writes_nothing(path):
    store = SettingsStore(path)
    assert store.current == Settings()
    assert store.notices == ()
    assert not path.parent.exists()


def test_every_setting_survives_a_restart(path):
    values = {
        "theme": "dark",
        "text_scale": 1.5,
        "send_with_enter": False,
        "open_reasoning": True,
        "default_preset": "Mein Müsli",
        "threads": 3,
        "context": 8192,
        "gpu_layers": 0,
        "excluded_devices": "Vulkan0",
        "cache_type_k": "q8_0",
        "cache_type_v": "q4_0",
        "flash_attention": "on",
        "unload_after": 15,
        "hub_endpoint": "https://mirror.example",
        "hub_proxy": "http://localhost:3128",
        "downloads_at_once": 4,
        "check_for_updates": True,
    }
    assert values.keys() == SPECS.keys()
    changed = SettingsStore(path).update(**values)
    again = SettingsStore(path)
    assert again.current == changed == Settings(**values)
    assert again.notices == ()


@pytest.mark.parametrize(
    "address", ["mirror.example", "ftp://mirror.example", "https://", "https://a b", "file:///etc"]
)
def test_an_address_that_is_none_is_refused(path, address):
    with pytest.raises(InvalidInput, match="“Address of the hub” must be a web address"):
        SettingsStore(path).update(hub_endpoint=address)
    assert SettingsStore(path).update(hub_proxy="").hub_proxy == ""  # none is fine there


def test_load_config_follows_the_settings():
    settings = Settings(threads=3, context=512, gpu_layers=5, cache_type_k="q8_0")
    assert settings.load_config() == LoadConfig(
        threads=3, context=512, gpu_layers=5, cache_type_k="q8_0"
    )
    assert Settings().load_config() == LoadConfig()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", None),
        ("text_scale", 0.79),
        ("text_scale", float("nan")),
        ("text_scale", True),
        ("threads", -1),
        ("threads", 2.5),
        ("threads", True),
        ("send_with_enter", 1),
        ("default_preset", 5),
        ("cache_type_v", "f64"),
    ],
)
def test_wrong_values_are_refused_and_change_nothing(path, name, value):
    store = SettingsStore(path)
    with pytest.raises(InvalidInput, match=f"“{SPECS[name].label}” must"):
        store.update(**{name: value})
    assert store.current == Settings()
    assert not path.exists()


def test_whole_numbers_are_fine_where_fractions_are(path):
    write(path, '{"text_scale": 2}')
    assert SettingsStore(path).current.text_scale == 2


def test_wrong_values_in_the_file_fall_back_one_by_one(path):
    write(path, '{"theme": "pink", "threads": 4, "context": "many"}')
    store = SettingsStore(path)
    assert store.current == Settings(threads=4)
    assert len(store.notices) == 2
    assert "“Theme” must be one of system, light, dark" in store.notices[0]


def test_settings_of_a_newer_version_are_kept(path):
    write(path, '{"threads": 4, "grindstone": {"grit": 3}}')
    store = SettingsStore(path)
    assert store.notices == ()
    store.update(theme="light")
    assert (
        json.loads(path.read_text()).items()
        >= {
            "grindstone": {"grit": 3},
            "threads": 4,
            "theme": "light",
        }.items()
    )


@pytest.mark.parametrize("content", ["", "{", "[1]", "null", "\x00\x01", "[" * 100_000])
def test_damaged_file_is_kept_aside(path, content):
    write(path, content)
    store = SettingsStore(path)
    assert store.current == Settings()
    (notice,) = store.notices
    assert "settings.json.damaged" in notice
    assert path.with_name("settings.json.damaged").read_text() == content
    assert store.update(threads=1) == SettingsStore(path).current


def test_damaged_file_that_cannot_be_kept_aside_is_said(path):
    write(path, "{")
    (path.with_name("settings.json.damaged") / "in the way").mkdir(parents=True)
    store = SettingsStore(path)
    assert store.current == Settings()
    assert store.notices == ("The settings file is damaged; the defaults are used.",)


def test_file_that_is_not_utf8_is_kept_aside(path):
    write(path, "").write_bytes(b'{"theme": "\xff"}')
    assert "damaged" in SettingsStore(path).notices[0]


def test_unreadable_file_is_said(path):
    path.mkdir(parents=True)
    store = SettingsStore(path)
    assert store.current == Settings()
    assert "cannot be read" in store.notices[0]


def test_failing_to_save_changes_nothing(path, monkeypatch):
    store = SettingsStore(path)

    def full(_path: Path, _text: str) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(files, "write_atomically", full)
    with pytest.raises(DiskFull):
        store.update(threads=1)
    assert store.current == Settings()


def test_changes_of_several_threads_all_arrive(path):
    store = SettingsStore(path)
    names = ["threads", "context", "gpu_layers"]

    def count(name: str) -> None:
        for number in range(10):
            store.update(**{name: number})

    threads = [threading.Thread(target=count, args=[name]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.current == SettingsStore(path).current
    assert store.current == Settings(threads=9, context=9, gpu_layers=9)
