"""The sampler settings as options, generated from their one declaration."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from desktop.domain.errors import InvalidInput
from desktop.domain.paths import Home
from desktop.domain.sampling import BUILT_IN_PRESETS, FIELDS, SamplerPreset, SamplerSettings


def add_sampler_options(parser: argparse.ArgumentParser) -> None:
    """Add `--temperature` and its like; their values are read by `chosen_settings`."""
    group = parser.add_argument_group("how the next token is chosen")
    presets = ", ".join(preset.name for preset in BUILT_IN_PRESETS)
    group.add_argument(
        "--preset",
        metavar="NAME",
        help=f"start from named settings ({presets}); other options change them",
    )
    group.add_argument(
        "--seed", type=int, metavar="N", help="the same seed and settings give the same text"
    )
    defaults = SamplerSettings()
    for spec in sorted(FIELDS, key=lambda spec: not spec.main):
        default = getattr(defaults, spec.name)
        group.add_argument(
            "--" + spec.name.replace("_", "-"),
            type=type(default),
            metavar="N",
            help=f"{spec.explanation} (default {default:g})".replace("%", "%%"),
        )
    group.add_argument(
        "--stop",
        action="append",
        metavar="TEXT",
        help="end the answer before this text; may be given several times",
    )
    group.add_argument(
        "--dry-breaker",
        dest="dry_sequence_breakers",
        action="append",
        metavar="TEXT",
        help="text across which DRY sees no repeat; may be given several times",
    )
    group.add_argument("--grammar", metavar="FILE", help="a GBNF grammar that the answer follows")
    group.add_argument(
        "--json-schema", metavar="FILE", help="a JSON schema that the answer is valid against"
    )


def chosen_settings(options: argparse.Namespace, home: Home) -> SamplerSettings:
    """The preset (or the defaults) with the options given. Raises: InvalidInput, StorageFault."""
    base = _preset(options.preset, home) if options.preset else SamplerSettings()
    given: dict[str, Any] = {}
    for spec in fields(SamplerSettings):
        value = getattr(options, spec.name)
        if value is None:
            continue
        if spec.name in ("grammar", "json_schema"):
            value = _read(value)
        given[spec.name] = tuple(value) if isinstance(value, list) else value
    return replace(base, **given)


def _preset(name: str, home: Home) -> SamplerSettings:
    found = _called(name, BUILT_IN_PRESETS)
    if found is not None:
        return found.settings
    presets: Sequence[SamplerPreset] = BUILT_IN_PRESETS
    if home.database.exists():
        from desktop.cli.home_use import opened_database
        from desktop.storage.presets import SamplerPresets

        with opened_database(home) as database:
            presets = SamplerPresets(database).list()
    found = _called(name, presets)
    if found is None:
        known = ", ".join(preset.name for preset in presets)
        raise InvalidInput(f"There is no preset called “{name}”.", f"There are: {known}.")
    return found.settings


def _called(name: str, presets: Sequence[SamplerPreset]) -> SamplerPreset | None:
    return next((p for p in presets if p.name.casefold() == name.casefold()), None)


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"“{name}” cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"“{name}” is not a text file in UTF-8.") from error
