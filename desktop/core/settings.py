"""Settings, one declaration each, and the file they are kept in.

To add one: add a field to `Settings`, whose default decides its type, and a row to the settings
page.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.domain.addresses import DEFAULT_ENDPOINT, is_web_address
from desktop.domain.errors import InvalidInput
from desktop.domain.load_limits import MAX_CONTEXT, MAX_THREADS

if TYPE_CHECKING:
    from desktop.domain.model import LoadConfig

_CACHE_TYPES = ("f16", "q8_0", "q4_0")


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """What a setting may be: one of `choices` or a web `address` for texts, within `bounds` for
    numbers. `label` is what errors call it; the settings page has its own texts, which are
    translated."""

    label: str
    choices: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    address: bool = False


def _setting(
    default: Any,
    label: str,
    *,
    choices: tuple[str, ...] = (),
    bounds: tuple[float, float] | None = None,
    address: bool = False,
) -> Any:
    return field(default=default, metadata={"spec": SettingSpec(label, choices, bounds, address)})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose, the same for all windows. Raises: InvalidInput for a wrong value.

    Attributes:
        text_scale: how large text is; 1 is the system's size.
        default_preset: name of the sampler preset that new conversations start with.
        threads, context: 0 is automatic (see LoadConfig).
        gpu_layers: -1 is as many as fit.
        excluded_devices: names of graphics processors that are not used, with commas between.
        unload_after: minutes without use after which a model's memory is freed; 0 is never.
        hub_endpoint, hub_proxy: see HubConnection.
    """

    theme: str = _setting("system", "Theme", choices=("system", "light", "dark"))
    text_scale: float = _setting(1.0, "Text size", bounds=(0.8, 2.0))
    send_with_enter: bool = _setting(default=True, label="Send with Enter")
    open_reasoning: bool = _setting(default=False, label="Show reasoning")
    default_preset: str = _setting("Balanced", "Sampler preset")
    threads: int = _setting(0, "Threads", bounds=(0, MAX_THREADS))
    context: int = _setting(0, "Context", bounds=(0, MAX_CONTEXT))
    gpu_layers: int = _setting(-1, "Layers on the GPU", bounds=(-1, 10_000))
    excluded_devices: str = _setting("", "Devices not used")
    cache_type_k: str = _setting("f16", "Key cache", choices=_CACHE_TYPES)
    cache_type_v: str = _setting("f16", "Value cache", choices=_CACHE_TYPES)
    flash_attention: str = _setting("auto", "Flash attention", choices=("auto", "on", "off"))
    unload_after: int = _setting(0, "Unload when idle", bounds=(0, 24 * 60))
    hub_endpoint: str = _setting(DEFAULT_ENDPOINT, "Address of the hub", address=True)
    hub_proxy: str = _setting("", "Proxy", address=True)
    downloads_at_once: int = _setting(2, "Downloads at once", bounds=(1, 8))
    check_for_updates: bool = _setting(default=False, label="Look for updates")

    def __post_init__(self) -> None:
        for name, spec in SPECS.items():
            _check(name, spec, getattr(self, name))

    def load_config(self) -> LoadConfig:
        """How models are loaded."""
        from desktop.domain.model import LoadConfig  # settings are read before the first picture

        return LoadConfig(
            context=self.context,
            threads=self.threads,
            gpu_layers=self.gpu_layers,
            cache_type_k=self.cache_type_k,
            cache_type_v=self.cache_type_v,
            flash_attention=self.flash_attention,
        )


SPECS: dict[str, SettingSpec] = {f.name: f.metadata["spec"] for f in fields(Settings)}
DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Settings)}


class SettingsStore:
    """The settings in their file. May be used from any thread.

    Attributes:
        notices: sentences on what was wrong with the file when it was read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.notices: tuple[str, ...] = ()
        self._unknown: dict[str, Any] = {}
        self._current = self._read()

    @property
    def current(self) -> Settings:
        return self._current

    def update(self, **changes: Any) -> Settings:
        """Change some settings and save them.

        Raises: InvalidInput for a wrong value; DiskFull, StorageFault when they cannot be saved.
        Nothing has changed then.
        """
        from desktop.storage.files import write_atomically  # costs the start as much as Qt's core

        with self._lock:
            changed = replace(self._current, **changes)
            if changed == self._current:
                return changed
            values = {name: getattr(changed, name) for name in SPECS}
            text = json.dumps(self._unknown | values, indent=2, ensure_ascii=True)
            write_atomically(self._path, text + "\n")
            self._current = changed
        return changed

    def _read(self) -> Settings:
        try:
            # Anything but an object has no items.
            values = dict(json.loads(self._path.read_bytes()).items())
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            reason = error.strerror or str(error)
            self.notices = (f"The settings cannot be read ({reason}); the defaults are used.",)
            return Settings()
        except (ValueError, AttributeError, RecursionError):
            self.notices = (self._keep_aside(),)
            return Settings()
        # Written by a newer Quern, which will want them back.
        self._unknown = {name: value for name, value in values.items() if name not in SPECS}
        good: dict[str, Any] = {}
        for name, spec in SPECS.items():
            if name in values:
                try:
                    _check(name, spec, values[name])
                    good[name] = values[name]
                except InvalidInput as error:
                    self.notices += (f"{error.message} The default is used.",)
        return Settings(**good)

    def _keep_aside(self) -> str:
        kept = self._path.with_name(f"{self._path.name}.damaged")
        try:
            self._path.replace(kept)
        except OSError:
            return "The settings file is damaged; the defaults are used."
        return f"The settings file was damaged; it is kept as “{kept.name}”, the defaults are used."


def _check(name: str, spec: SettingSpec, value: Any) -> None:
    """Raises: InvalidInput."""
    default = DEFAULTS[name]
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        raise InvalidInput(f"“{spec.label}” must be {kinds[type(default)]}, not {value!r:.40}.")
    if spec.choices and value not in spec.choices:
        raise InvalidInput(
            f"“{spec.label}” must be one of {', '.join(spec.choices)}, not {value!r:.40}."
        )
    # Nothing is an address, too, where the default is none.
    if spec.address and value != default and not is_web_address(value):
        # Not repeated: it may hold a password.
        raise InvalidInput(f"“{spec.label}” must be a web address such as https://example.org.")
    if spec.bounds is not None and not spec.bounds[0] <= value <= spec.bounds[1]:  # nor NaN
        raise InvalidInput(
            f"“{spec.label}” must lie between {spec.bounds[0]:g} and {spec.bounds[1]:g},"
            f" not {value:g}."
        )
