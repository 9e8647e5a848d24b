"""What a window says, above its pages, of what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.models import ModelController
from desktop.domain.errors import EngineDied, ModelTooBig, QuernError, StorageFault
from desktop.domain.model import CONTEXT_STEP, LoadedModel
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.banner import Notice

SMALLEST_RETRY_CONTEXT = 2 * CONTEXT_STEP


class WindowProblems(QObject):
    """Owned by the window.

    Args:
        look_at: shows a model file with what it needs, so that a context can be chosen.
    """

    def __init__(
        self, main: MainWindow, models: ModelController, look_at: Callable[[Path], object]
    ) -> None:
        super().__init__(main)
        self._main = main
        self._models = models
        self._look_at = look_at
        models.load_failed.connect(self._show_load_failure)
        models.died.connect(self._show_death)
        self._gpu_layers = 0  # of the model that was loaded last
        self._failures: list[QuernError] = []  # of the controllers followed; none of them is over
        models.loaded.connect(self._model_loaded)

    def follow(self, controller: Controller) -> None:
        """Say what `controller` fails at, until that is mended."""
        controller.failed.connect(self._show_failure)
        controller.mended.connect(self._withdraw)

    @Slot(object)
    def _show_failure(self, error: QuernError) -> None:
        self._failures.append(error)
        self.show(error)

    @Slot(object)
    def _withdraw(self, error: QuernError) -> None:
        self._failures = [one for one in self._failures if one is not error]
        if str(error) not in map(str, self._failures):  # else something else says the same
            self._main.banner.withdraw(str(error))

    def show(self, error: QuernError) -> None:
        """Say what happened and what to do."""
        self._main.banner.show_notice(Notice(str(error), "error", key=str(error)))

    def show_notice(self, sentence: str) -> None:
        self._main.banner.show_notice(Notice(sentence, "warning", key=sentence))

    def show_save_fault(self, fault: StorageFault | None) -> None:
        """An answer cannot be saved; with None, it can be again."""
        if fault is None:
            self._main.banner.withdraw("saving")
            return
        sentence = self.tr("The answer is not saved yet; Quern keeps trying.")
        self._main.banner.show_notice(Notice(f"{fault} {sentence}", "error", key="saving"))

    def _model_loaded(self, model: LoadedModel) -> None:
        self._gpu_layers = model.config.gpu_layers
        self._main.banner.withdraw("engine")

    def _show_load_failure(self, error: QuernError) -> None:
        last = self._models.session.last_load
        if isinstance(error, ModelTooBig) and last is not None:
            path = last[0]
            look = (self.tr("Choose a smaller context…"), lambda: self._look_at(path))
            self._main.banner.show_notice(Notice(str(error), "warning", (look,), key="engine"))
        else:
            self._main.banner.show_notice(Notice(str(error), "error", key="engine"))

    def _show_death(self, error: EngineDied) -> None:
        last = self._models.session.last_load
        actions: list[tuple[str, Callable[[], object]]] = [
            (self.tr("Restart"), self._models.restart)
        ]
        if self._gpu_layers > 0:
            plain = self.tr("Restart without the graphics processor")
            actions.append((plain, lambda: self._models.restart(gpu_layers=0)))
            self._main.banner.show_notice(Notice(str(error), "error", tuple(actions), key="engine"))
            return
        context = last[1].context if last else 0
        half = max(SMALLEST_RETRY_CONTEXT, context // 2 // CONTEXT_STEP * CONTEXT_STEP)
        if context > half:
            smaller = self.tr("Restart with context {0}").format(half)
            actions.append((smaller, lambda: self._models.restart(context=half)))
        self._main.banner.show_notice(Notice(str(error), "error", tuple(actions), key="engine"))
