"""The steps from a source to the files to make of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.checkpoints import CheckpointFolder
from desktop.core.quantization import base_name
from desktop.domain.job import QuantizationRequest
from desktop.domain.model import ModelInfo
from desktop.domain.quantization import (
    ConversionRequest,
    LevelEstimate,
    QuantizeOptions,
    fitting,
)
from desktop.ui.icons import Icons
from desktop.ui.quantize.advanced_section import AdvancedSection
from desktop.ui.quantize.convert_section import ConvertSection
from desktop.ui.quantize.imatrix_section import ImatrixChoice, ImatrixSection
from desktop.ui.quantize.levels_section import LevelsSection
from desktop.ui.quantize.source_section import SourceSection
from desktop.ui.quantize.target_section import TargetSection
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.step_card import step_card


class Wizard(QWidget):
    """Shows the steps that what was chosen so far asks for.

    Signals:
        options_changed: a person changed what the sizes of levels depend on.
        changed: a person changed anything else.
    """

    options_changed = Signal()
    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.source = SourceSection(icons)
        self.convert = ConvertSection()
        self.levels = LevelsSection(icons)
        self.imatrix = ImatrixSection()
        self.target = TargetSection()
        self.advanced = AdvancedSection(icons)
        self._convert_step = step_card(self.tr("Convert"), self.convert)
        self._level_steps = QWidget()
        self._target_step = step_card(self.tr("Where to"), self.target)
        self.advanced_fold = Disclosure(self.tr("Advanced"), icons, self.advanced)
        self.advanced_fold.setContentsMargins(0, 12, 0, 0)
        steps = QVBoxLayout(self._level_steps)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(0)
        steps.addWidget(step_card(self.tr("Levels"), self.levels))
        steps.addWidget(step_card(self.tr("Importance matrix"), self.imatrix))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (
            step_card(self.tr("Source"), self.source), self._convert_step, self._level_steps,
            self._target_step, self.advanced_fold,
        ):  # fmt: skip
            column.addWidget(part)
        self.imatrix.changed.connect(self._imatrix_changed)
        self.advanced.changed.connect(self.options_changed)
        for part in (self.convert, self.levels, self.target):
            part.changed.connect(self.changed)
        self.show_source_only()

    # --- which steps there are --------------------------------------------------------------

    def show_source_only(self) -> None:
        """There is no source that can be used."""
        self._show(convert=False, levels=False)

    def begin_with_model(self, info: ModelInfo) -> None:
        """Another model: the usual level, and no importance matrix of the one before."""
        self.imatrix.forget_file()
        self.imatrix.set_effort(info.parameters)
        self.levels.begin(info.level, has_imatrix=self.has_imatrix)
        self.advanced.set_tensors([tensor.name for tensor in info.tensors])
        self._show(convert=False, levels=True)

    def begin_with_checkpoint(self, folder: CheckpointFolder) -> None:
        """A checkpoint, which is to be converted."""
        self.convert.begin(folder.type)
        self._show(convert=True, levels=False)

    def _show(self, *, convert: bool, levels: bool) -> None:
        self._convert_step.setVisible(convert)
        self._level_steps.setVisible(levels)
        self.advanced_fold.setVisible(levels)
        self._target_step.setVisible(convert or levels)

    # --- what was chosen --------------------------------------------------------------------

    @property
    def has_imatrix(self) -> bool:
        """Whether there will be an importance matrix."""
        return self.imatrix.choice is not ImatrixChoice.NONE

    def lacking(self) -> str:
        """What is still to be chosen or mended, as a sentence; "" when nothing is."""
        return self.imatrix.lacking() or self.advanced.exceptions.lacking()

    def options(self, *, allow_requantize: bool) -> QuantizeOptions:
        """With the importance matrix, if there is one already."""
        return QuantizeOptions(
            imatrix=self.imatrix.file if self.imatrix.choice is ImatrixChoice.FILE else None,
            threads=self.advanced.threads(),
            overrides=self.advanced.overrides(),
            keep_output=self.advanced.keep_output.isChecked(),
            allow_requantize=allow_requantize,
        )

    def quantization(
        self, source: Path, chosen: Sequence[LevelEstimate], options: QuantizeOptions
    ) -> QuantizationRequest:
        """What to make of a model."""
        own_texts = self.imatrix.choice is ImatrixChoice.TEXTS
        return QuantizationRequest(
            source=source,
            folder=self.target.folder,
            name=base_name(source),
            levels=tuple(estimate.level for estimate in chosen),
            options=options,
            calibrate=self.imatrix.computes,
            texts=self.imatrix.texts if own_texts else (),
            conversations=self.imatrix.choice is ImatrixChoice.CONVERSATIONS,
        )

    def conversion(self, folder: CheckpointFolder) -> ConversionRequest:
        """What to make of a checkpoint."""
        outtype = self.convert.outtype
        name = f"{fitting(folder.name)}-{outtype.upper()}.gguf"
        return ConversionRequest(folder.path, self.target.folder / name, outtype)

    def _imatrix_changed(self) -> None:
        self.levels.set_has_imatrix(has_imatrix=self.has_imatrix)
        self.options_changed.emit()
