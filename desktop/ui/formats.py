"""Numbers, sizes and sentences with places in them, as the person's system writes them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.conversation import Conversation


def integer(value: int) -> str:
    """A whole number with its thousands grouped."""
    return QLocale().toString(value)


def decimal(value: float, decimals: int) -> str:
    """A number with exactly `decimals` places."""
    return QLocale().toString(float(value), "f", decimals)


def data_size(size: int) -> str:
    """Bytes, in the decimal units that file managers use."""
    return QLocale().formattedDataSize(int(size), 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def count(number: int) -> str:
    """A large number as model names give it: "4.0 B", "26.5 M"."""
    for limit, unit in ((10**9, "B"), (10**6, "M")):
        if number >= limit:
            return f"{decimal(number / limit, 1)} {unit}"
    return integer(number)


def shown_title(conversation: Conversation) -> str:
    """The title, or what stands for it in a conversation that has none yet."""
    return conversation.title or QCoreApplication.translate("Formats", "New conversation")


def fill(text: str, *values: object) -> str:
    """`text` with %1, %2, … replaced by `values`, so that translators can move them.

    Values are put in as they are: a "%1" inside one of them stays.
    """
    parts = text.split("%")
    filled = parts[0]
    for part in parts[1:]:
        place = int(part[0]) if part[:1].isdigit() else 0
        filled += str(values[place - 1]) + part[1:] if 0 < place <= len(values) else "%" + part
    return filled
