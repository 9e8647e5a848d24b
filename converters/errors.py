"""What a conversion can end with instead of a file."""

from __future__ import annotations


class ConversionError(Exception):
    """The conversion cannot be done.

    Attributes:
        message: what is wrong, one sentence naming the file and the tensor.
        advice: what to do about it, one sentence, or "".
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class Cancelled(Exception):
    """Somebody asked for the conversion to stop; nothing of it is left."""
