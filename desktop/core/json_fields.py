"""JSON that others wrote: its values, checked as they are taken out."""

from __future__ import annotations

import json
import math
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings

_Choice = TypeVar("_Choice", bound=StrEnum)

ANY_NAME = ""
_LATEST = 253_402_300_799.0  # the end of the year 9999, which is as far as calendars reach
_SAMPLER_EXAMPLE = SamplerSettings().to_json()


def load_json(text: str) -> Any:
    """The value `text` is. Raises: InvalidInput naming the line that is wrong."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"Line {error.lineno} is not valid JSON ({error.msg}).") from error
    except RecursionError as error:
        raise InvalidInput("The JSON is nested too deeply.") from error
    except InvalidInput:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise InvalidInput("A number in the file is too long.") from error


def check_like(example: Any, value: Any, where: str) -> None:
    """Refuse a value of another kind than the example's. Raises: InvalidInput.

    An example's value for ANY_NAME stands for those of all names.
    """
    if isinstance(example, dict) and isinstance(value, dict):
        any_name = example.get(ANY_NAME)
        for name, item in value.items():
            if name in example or any_name is not None:
                check_like(example.get(name, any_name), item, f"{where}.{name}")
    elif not _is_like(example, value):
        raise InvalidInput(f"{where} has a value of the wrong kind: {value!r:.40}.")


def sampler_of(values: Any, where: str) -> SamplerSettings:
    """Raises: InvalidInput."""
    check_like(_SAMPLER_EXAMPLE, values, where)
    try:
        return SamplerSettings.from_json(values)
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error.message}") from error


class Fields:
    """The fields of one object of a file. Every method raises InvalidInput naming its field.

    Args:
        where: the object's place in the file, "" for the whole.
    """

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, dict):
            raise InvalidInput(f"{where or 'The file'} must be an object.")
        self.values: dict[str, Any] = values
        self._where = where

    def name_of(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def refuse(self, name: str, reason: str) -> NoReturn:
        raise InvalidInput(f"{self.name_of(name)} {reason}.")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else self.refuse(name, "must be a text")

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.list(name, [])
        if not all(isinstance(value, str) for value in values):
            self.refuse(name, "must be a list of texts")
        return tuple(values)

    def integer(self, name: str) -> int:
        value = self.values.get(name)
        return value if type(value) is int else self.refuse(name, "must be a whole number")

    def optional_integer(self, name: str) -> int | None:
        return None if self.values.get(name) is None else self.integer(name)

    def time(self, name: str) -> float:
        value = self.values.get(name)
        if not _is_number(value) or not 0 <= value <= _LATEST:  # type: ignore[operator]
            self.refuse(name, "must be a time in seconds since 1970")
        return float(value)  # type: ignore[arg-type]

    def choice(self, name: str, choices: type[_Choice], default: str | None = None) -> _Choice:
        value = self.values.get(name, default)
        if value not in [choice.value for choice in choices]:
            self.refuse(name, f"must be one of {', '.join(choice.value for choice in choices)}")
        return choices(value)

    def object(self, name: str, default: dict[str, Any]) -> dict[str, Any]:
        value = self.values.get(name, default)
        return value if isinstance(value, dict) else self.refuse(name, "must be an object")

    def list(self, name: str, default: list[Any] | None = None) -> list[Any]:
        value = self.values.get(name, default)
        return value if isinstance(value, list) else self.refuse(name, "must be a list")


def _is_like(example: Any, value: Any) -> bool:
    if isinstance(example, float):
        return _is_number(value)
    if isinstance(example, tuple):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if example is None:  # the seed
        return value is None or type(value) is int
    return type(value) is type(example)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 2**63 and math.isfinite(value)


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidInput(f"{name} is not a number that can be used here.")
