"""What pressing Quantize or Convert will do, or why it cannot be pressed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.core.checkpoints import CheckpointFolder
from desktop.core.quantization import QuantizationPlan
from desktop.domain.quantization import ConversionRequest, LevelEstimate
from desktop.ui.formats import data_size, fill, integer
from desktop.ui.widgets.readiness import Readiness, Summary, impossible, lacking


def of_levels(
    chosen: Sequence[LevelEstimate],
    plan: QuantizationPlan | None,
    source: Path,
    *,
    has_imatrix: bool,
    computes: bool,
) -> Summary:
    """Of quantizing `source`.

    Args:
        plan: where the files go; None while that is being found out.
        has_imatrix: whether there will be an importance matrix.
        computes: whether it has to be computed first.
    """
    if not chosen:
        return lacking(_tr("Choose at least one level."))
    in_need = [estimate.level for estimate in chosen if estimate.needs_imatrix]
    if in_need and not has_imatrix:
        text = _tr("%1 cannot be made without an importance matrix. Choose one above.")
        return lacking(fill(text, ", ".join(in_need)))
    if plan is not None:
        if any(file.path == source for file in plan.files):
            text = _tr("%1 is the source itself. Choose another level or folder.")
            return impossible(fill(text, source.name))
        if not plan.fits:
            text = _tr("The files take %1, but only %2 are free there.")
            sizes = (data_size(plan.bytes), data_size(plan.free))
            return impossible(f"{fill(text, *sizes)} {_tr('Choose another folder.')}")
    size = data_size(sum(estimate.bytes for estimate in chosen))
    if len(chosen) == 1:
        text = fill(_tr("Makes 1 file, %1."), size)
    else:
        text = fill(_tr("Makes %1 files, %2 in all."), integer(len(chosen)), size)
    if computes:
        text += " " + _tr("The importance matrix is computed first.")
    replaced = sum(file.exists for file in plan.files) if plan is not None else 0
    if replaced == 1:
        text += " " + _tr("One of that name is there already and will be replaced.")
    elif replaced:
        text += " " + fill(_tr("%1 of those names are replaced."), integer(replaced))
    return Summary(Readiness.READY, text)


def of_conversion(
    folder: CheckpointFolder, request: ConversionRequest, free: int | None
) -> Summary:
    """Of converting a checkpoint; `free` are the bytes there, None while that is not known."""
    if request.destination.exists():
        text = _tr("%1 is there already. Begin with it, or choose another folder.")
        return impossible(fill(text, request.destination.name))
    size = folder.converted_size(request.outtype)
    if free is not None and size > free:
        text = fill(
            _tr("The file takes about %1, but only %2 are free there."),
            data_size(size),
            data_size(free),
        )
        return impossible(f"{text} {_tr('Choose another folder.')}")
    text = fill(_tr("Makes %1, about %2."), request.destination.name, data_size(size))
    return Summary(Readiness.READY, text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Quantize", text)
