"""The numbers of a model, from config.json and what its class takes for granted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converters.errors import ConversionError
from converters.json_file import read_json

_GREATEST = 2**31 - 1
_MOST_LAYERS = 10_000
_GREATEST_F32 = 3.4e38


def read_config(path: Path) -> dict[str, Any]:
    """config.json, with the language model's part of a multimodal one brought to the top.

    Raises: ConversionError when there is none, or it is damaged.
    """
    values = read_json(path)
    if not values:
        raise ConversionError(
            f"{path.parent} has no {path.name}, so it is no Hugging Face checkpoint.",
            "Choose the folder that holds config.json and the .safetensors files.",
        )
    inner = values.get("text_config")
    return {**values, **inner} if isinstance(inner, dict) else values


def architecture_of(values: Mapping[str, Any]) -> str:
    """The class name config.json states.

    Raises: ConversionError when it states none.
    """
    match values.get("architectures"):
        case [str(name), *_]:
            return name
    raise ConversionError(
        "config.json does not say which class of model this is.",
        "Add its name under “architectures”, or download the file again.",
    )


class Config:
    """Typed access to config.json."""

    def __init__(self, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        """Let `defaults` stand in for what `values` does not mention."""
        self._values = {**defaults, **values}
        self.rope = self._rope()

    def get(self, name: str) -> Any:
        """A value as it stands, None when there is none."""
        return self._values.get(name)

    def integer(self, *names: str, default: int | None = None) -> int:
        """The first of these values that is there, a positive number.

        Raises: ConversionError when it is something else, or not there and without a default.
        """
        for name in names:
            if (value := self._values.get(name)) is not None:
                if type(value) is not int or not 0 < value <= _GREATEST:
                    raise _wrong(name, value)
                return value
        if default is None:
            raise ConversionError(f"config.json does not state {names[0]}.", _REPAIR)
        return default

    def number(self, name: str) -> float:
        """A finite number.

        Raises: ConversionError when it is missing or something else.
        """
        value = self._values.get(name)
        if value is None:
            raise ConversionError(f"config.json does not state {name}.", _REPAIR)
        return as_number(name, value)

    @property
    def layers(self) -> int:
        """Blocks of the model; each has a dozen tensors, so an absurd number is refused here."""
        count = self.integer("num_hidden_layers", "n_layer")
        if count > _MOST_LAYERS:
            raise _wrong("num_hidden_layers", count)
        return count

    @property
    def heads(self) -> int:
        """Attention heads."""
        return self.integer("num_attention_heads")

    @property
    def key_heads(self) -> int:
        """Heads of keys and values, shared by groups of attention heads."""
        return self.integer("num_key_value_heads", default=self.heads)

    @property
    def head_width(self) -> int:
        """Elements of one head."""
        hidden = self.integer("hidden_size")
        width = self.integer("head_dim", default=max(1, hidden // self.heads))
        if width % 2:  # elements are rotated in pairs
            raise _wrong("head_dim", width)
        return width

    def _rope(self) -> dict[str, Any]:
        """How positions are rotated, in one form for all the ways files state it."""
        rope = self.get("rope_parameters") or self.get("rope_scaling") or {}
        if not isinstance(rope, dict):
            raise _wrong("rope_scaling", rope)
        rope = dict(rope)
        if "full_attention" in rope or "sliding_attention" in rope:
            return rope
        if self.get("rope_local_base_freq") is not None:
            rope["sliding_attention"] = {"rope_theta": self.get("rope_local_base_freq")}
        if "type" in rope:
            rope.setdefault("rope_type", rope["type"])
        for name in ("rope_theta", "partial_rotary_factor", "original_max_position_embeddings"):
            if self.get(name) is not None:
                rope.setdefault(name, self.get(name))
        return rope

    @property
    def full_rope(self) -> dict[str, Any]:
        """The rotation of layers that see everything."""
        inner = self.rope.get("full_attention", self.rope)
        if not isinstance(inner, dict):
            raise _wrong("rope_parameters", inner)
        return inner


def as_number(name: str, value: Any) -> float:
    """A number that F32 can hold.

    Raises: ConversionError when it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, value)
    if not abs(value) <= _GREATEST_F32:  # false for what is no number, too
        raise _wrong(name, value)
    return value


def _wrong(name: str, value: Any) -> ConversionError:
    return ConversionError(f"config.json states {name} as {str(value)[:80]!r}.", _REPAIR)


_REPAIR = "Download config.json again."
