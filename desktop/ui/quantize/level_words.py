"""What a quantization level would make of a model, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from desktop.domain.quantization import Fallback, LevelEstimate
from desktop.ui.formats import data_size, decimal, fill, integer

LISTED = 4  # names of tensors of one type


def figures(estimate: LevelEstimate) -> str:
    """Size and bits per weight, short."""
    bits = decimal(estimate.bits_per_weight, 2)
    return fill(_tr("%1 · %2 bits"), data_size(estimate.bytes), bits)


def size_sentence(estimate: LevelEstimate, available: int) -> str:
    """What the file takes; `available` is the memory that is free, 0 while not known."""
    size = data_size(estimate.bytes)
    bits = decimal(estimate.bits_per_weight, 2)
    text = fill(_tr("%1: %2, %3 bits per weight."), estimate.level, size, bits)
    if not available:
        return text
    spare = available - estimate.bytes
    if spare >= 0:
        return f"{text} {fill(_tr('%1 of memory would stay free for the rest.'), data_size(spare))}"
    return f"{text} {fill(_tr('That is %1 more than is free.'), data_size(-spare))}"


def fallback_badge(estimate: LevelEstimate) -> str:
    """How many tensors get another type than the level means."""
    number = len(estimate.fallback_tensors)
    if number == 1:
        return _tr("1 tensor gets another type")
    return fill(_tr("%1 tensors get another type"), integer(number))


def fallback_details(tensors: Iterable[Fallback]) -> str:
    """Which tensors get which type: a line a type, the most frequent first."""
    names: dict[str, list[str]] = {}
    for tensor in tensors:
        names.setdefault(tensor.type, []).append(tensor.name)
    number = Counter({kind: len(members) for kind, members in names.items()})
    lines = [_tr("Their width is no multiple of what the level packs together.")]
    for kind, amount in number.most_common():
        listed = ", ".join(names[kind][:LISTED])
        if amount > LISTED:
            listed = fill(_tr("%1 and %2 more"), listed, integer(amount - LISTED))
        lines.append(f"{kind}: {listed}")
    return "\n".join(lines)


def explained(text: str) -> str:
    """An explanation of the domain in the language of the person."""
    return QCoreApplication.translate("Levels", text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Quantize", text)
