"""The models Quern suggests to start with, as the dated list in `resources/` has them."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from desktop.domain.hub import Recommendation

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Recommendations:
    """A list of models, smallest first, and the day it was made."""

    made_on: date
    models: tuple[Recommendation, ...]


def read_recommendations(path: Path) -> Recommendations:
    """The list in a file that comes with Quern. Raises: ValueError when it is not sound."""
    content = json.loads(path.read_bytes())
    models = tuple(_recommendation(entry) for entry in content["models"])
    return Recommendations(
        date.fromisoformat(content["made_on"]),
        tuple(sorted(models, key=lambda model: (model.memory, model.size))),
    )


def _recommendation(entry: dict[str, Any]) -> Recommendation:
    values = {**entry, "memory": entry["memory_gib"] * GIB}
    del values["memory_gib"]
    recommendation = Recommendation(**values)
    for field in fields(Recommendation):
        value = getattr(recommendation, field.name)
        kind = int if field.name in ("memory", "size") else str
        if type(value) is not kind or not value:
            raise ValueError(f"“{field.name}” of {recommendation.name!r} is {value!r}")
    if not 0 < recommendation.size < recommendation.memory:
        raise ValueError(f"{recommendation.name!r} does not fit into the memory it is meant for")
    return recommendation
