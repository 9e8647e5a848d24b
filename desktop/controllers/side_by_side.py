"""One question to several models beside each other, for all windows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.tasks import Tasks
from desktop.core.answering import AnsweringModels
from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.resident_models import ResidentModels
from desktop.core.side_by_side import Listener, SideBySideRun, explain
from desktop.core.side_by_side_plan import with_seed
from desktop.domain.errors import Cancelled, InvalidInput, QuernError
from desktop.domain.model import LoadConfig
from desktop.domain.next_token import NextToken
from desktop.domain.sampling import SamplerSettings
from desktop.domain.side_by_side import Column, Plan, Question

REMEMBERED = 8  # runs whose tokens can be asked about; each window shows one


@dataclass(slots=True)
class _Asked:
    """A run, as far as tokens of its answers can be asked about."""

    question: Question
    plan: Plan | None = None
    columns: dict[int, Column] = field(default_factory=dict)


class SideBySideController(Controller):
    """Shared by all windows; what is told names its run. A run that begins ends the one before, so
    that no more models are in memory than one run needs.

    Args:
        config: how models are loaded.
        rest_after: seconds without use after which models leave; 0 is never.

    Signals:
        planned(int, Question, Plan): run; what is asked, with its seed, and how.
        changed(int, int, Column): run, number of the column, how it stands.
        text_came(int, int, str, bool): run, column, new text, whether it is reasoning.
        ended(int): run; its tokens can be asked about from now on.
        explained(int, int, NextToken): run, column; answer to `explain`.
        unexplained(int, int, QuernError): so is this.
    """

    planned = Signal(int, object, object)
    changed = Signal(int, int, object)
    text_came = Signal(int, int, str, bool)
    ended = Signal(int)
    explained = Signal(int, int, object)
    unexplained = Signal(int, int, object)

    _planned = Signal(int, object)
    _changed = Signal(int, int, object)
    _ended = Signal(int, object)

    def __init__(
        self,
        models: AnsweringModels,
        inspector: ModelInspector,
        tasks: Tasks,
        config: Callable[[], LoadConfig],
        rest_after: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._resident = ResidentModels(models)
        self._inspector = inspector
        self._tasks = tasks
        self._config = config
        self._rest_after = rest_after
        self._number = 0
        self._asked: dict[int, _Asked] = {}
        self._run: SideBySideRun | None = None
        self._thread: threading.Thread | None = None
        self._explaining: JobControl | None = None
        self._wanted: tuple[int, int, int] | None = None
        self._leaving = False
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self.release)
        self._planned.connect(self._on_planned)
        self._changed.connect(self._on_changed)
        self._ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return self._run is not None

    def start(
        self,
        paths: Sequence[Path],
        prompt: str,
        system_prompt: str,
        sampler: SamplerSettings,
        *,
        thinking: bool,
    ) -> int:
        """Ask these models, which may think first or not; returns the number of the run, or 0 after
        `failed`."""
        number = self._number + 1
        question = Question(prompt, with_seed(sampler), system_prompt, self._config(), thinking)
        listener = Listener(
            partial(self._planned.emit, number),
            partial(self._changed.emit, number),
            partial(self.text_came.emit, number),
        )
        try:
            run = SideBySideRun(self._resident, self._inspector, paths, question, listener)
        except InvalidInput as error:
            self.fail("start", error)
            return 0
        self.mend("start", "run")
        self._quit()
        before = self._thread
        self._number, self._run, self._leaving = number, run, False
        self._asked[number] = _Asked(question)
        for old in list(self._asked)[:-REMEMBERED]:
            del self._asked[old]
        self._thread = threading.Thread(
            target=self._work, args=(number, run, before), name="side-by-side", daemon=True
        )
        self._thread.start()
        return number

    def stop(self, number: int) -> None:
        """End a run; what was written is kept and compared."""
        if number == self._number and self._run is not None:
            self._run.stop()

    def explain(self, number: int, column: int, index: int) -> None:
        """How a token was chosen; answered by `explained` or `unexplained`. Of several questions
        asked at once only the newest is answered."""
        self._wanted = (number, column, index)
        if self._explaining is None:
            self._explain_next()

    @Slot()
    def release(self) -> None:
        """Nobody looks any more: the models leave, after the run if one goes on. They come back
        when a token is asked about."""
        self._rest.stop()
        self._leaving = True
        if not self.busy:
            self._tasks.run(self._resident.release, *self.answer("release", _nothing))

    def close(self) -> None:
        """Stop everything, and wait until no child is left."""
        self._rest.stop()
        self._quit()
        if self._thread is not None:
            self._thread.join()
        self._resident.release()

    # --- inside -----------------------------------------------------------------------------

    def _quit(self) -> None:
        self._wanted = None
        if self._run is not None:
            self._run.quit()
        if self._explaining is not None:
            self._explaining.cancel()

    def _work(self, number: int, run: SideBySideRun, before: threading.Thread | None) -> None:
        problem: Exception | None = None
        try:
            if before is not None:
                before.join()
            run.do()
        except Exception as error:  # noqa: BLE001 - told on the window's thread
            problem = error
        self._ended.emit(number, problem)

    @Slot(int, object)
    def _on_planned(self, number: int, plan: Plan) -> None:
        asked = self._asked.get(number)
        if asked is not None:
            asked.plan = plan
            self.planned.emit(number, asked.question, plan)

    @Slot(int, int, object)
    def _on_changed(self, number: int, place: int, column: Column) -> None:
        asked = self._asked.get(number)
        if asked is not None:
            asked.columns[place] = column
            self.changed.emit(number, place, column)

    @Slot(int, object)
    def _on_ended(self, number: int, problem: Exception | None) -> None:
        if number == self._number:
            self._run = self._thread = None
            self._use()
            if self._leaving:
                self.release()
        self.ended.emit(number)
        if isinstance(problem, QuernError):
            self.fail("run", problem)
        elif problem is not None:
            raise problem

    def _explain_next(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        number, place, index = wanted
        asked = self._asked.get(number)
        column = asked.columns.get(place) if asked is not None else None
        if asked is None or asked.plan is None or column is None or self.busy:
            error = InvalidInput(
                "The models are busy, or this answer is too long ago.",
                "Wait for them, or ask again.",
            )
            self.unexplained.emit(number, place, error)
            return
        control = self._explaining = JobControl()
        question, plan = asked.question, asked.plan

        def done(token: NextToken) -> None:
            self._explaining = None
            self.explained.emit(number, place, token)
            self._use()
            self._explain_next()

        def failed(error: QuernError) -> None:
            self._explaining = None
            if not isinstance(error, Cancelled):
                self.unexplained.emit(number, place, error)
            self._explain_next()

        self._leaving = False
        self._tasks.run(
            lambda: explain(self._resident, column, question, plan, index, control), done, failed
        )

    def _use(self) -> None:
        """Models were used just now."""
        seconds = self._rest_after()
        if seconds > 0:
            self._rest.start(round(seconds * 1000))


def _nothing(_done: object) -> None:
    """Nobody waits for the models to have left."""
