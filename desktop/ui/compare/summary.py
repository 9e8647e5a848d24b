"""What pressing Compare will do, or why it cannot be pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop.domain.comparison import MIN_CHUNKS
from desktop.domain.model import ModelInfo
from desktop.domain.quantization import LevelEstimate
from desktop.ui.formats import amount, data_size, duration, fill, integer
from desktop.ui.widgets.readiness import Readiness, Summary, impossible, lacking


def summary(
    levels: Sequence[LevelEstimate],
    files: Sequence[ModelInfo],
    *,
    has_imatrix: bool,
    free: int | None,
    chunks: int | None,
    seconds: float | None,
) -> Summary:
    """Of comparing with a base that can be used and a text that was chosen.

    Args:
        levels: to be made.
        files: that are there.
        free: bytes where the levels are made; None while not known.
        chunks: that the text gives; None while not known.
        seconds: that it takes at most; None while not known.
    """
    if not levels and not files:
        return lacking(_tr("Choose at least one level to compare."))
    in_need = [estimate.level for estimate in levels if estimate.needs_imatrix]
    if in_need and not has_imatrix:
        text = _tr("%1 cannot be made without an importance matrix.")
        return lacking(fill(text, ", ".join(in_need)))
    size = sum(estimate.bytes for estimate in levels)
    if free is not None and size > free:
        text = _tr("The levels to be made take %1, but only %2 are free there.")
        return impossible(fill(text, data_size(size), data_size(free)))
    if chunks is not None and too_short(chunks):
        return impossible(_tr("The text is too short to tell levels apart. Choose a longer one."))
    parts = [amount(len(levels) + len(files), _tr("Compares 1 level."), _tr("Compares %1 levels."))]
    if len(levels) == 1:
        parts.append(fill(_tr("Makes 1 file, %1."), data_size(size)))
    elif levels:
        text = _tr("Makes %1 files, %2 in all.")
        parts.append(fill(text, integer(len(levels)), data_size(size)))
    if seconds is not None:
        parts.append(fill(_tr("Takes about %1, or less."), duration(seconds)))
    return Summary(Readiness.READY, " ".join(parts))


def too_short(chunks: int) -> bool:
    """Whether so many chunks cannot tell levels apart."""
    return chunks < MIN_CHUNKS


def _tr(text: str) -> str:
    return QCoreApplication.translate("Compare", text)
