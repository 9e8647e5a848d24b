"""Cases of prompts, runs over them and chains, for all windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.long_work import LongWork
from desktop.controllers.looks import Looks
from desktop.controllers.once import Once
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import Tasks
from desktop.core.job_control import JobControl
from desktop.core.time_left import TimeLeft
from desktop.domain.errors import InvalidInput, QuernError
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import ChainRequest, ChainRun, PromptRun, PromptRunRequest

if TYPE_CHECKING:
    from desktop.core.prompt_chains import PromptChains
    from desktop.core.prompt_run_report import PromptRunReport
    from desktop.core.prompt_runs import PromptRuns

RESULTS_MS = 400  # between two looks at the answers there are


class PromptRunsController(Controller):
    """Shared by all windows; every signal but `exported` names its prompt. One run or chain goes on
    at a time, because each has a model in memory.

    Signals:
        cases_known(int, list[PromptCase]): of a prompt; also after one was changed.
        runs_known(int, list[PromptRun]): of a prompt, newest first, without their results; also
            when one began or ended.
        run_known(int, PromptRunReport): a run, as its answers come; and the answer to `open_run`.
        steps_known(int, tuple[ChainStep]), steps_refused(int, QuernError): answers to `plan`.
        chains_known(int, list[ChainRun]): runs of a chain, newest first; also when one began or
            ended.
        chain_known(int, ChainRun): the chain that goes on, after each step.
        begun(int): a run or chain of this prompt goes on from now.
        progressed(int, JobProgress, float | None): how far it is; seconds left.
        ended(int): it goes on no longer.
        exported(Path): answer to `export` and `export_cases`.
    """

    cases_known = Signal(int, object)
    runs_known = Signal(int, object)
    run_known = Signal(int, object)
    steps_known = Signal(int, object)
    steps_refused = Signal(int, object)
    chains_known = Signal(int, object)
    chain_known = Signal(int, object)
    begun = Signal(int)
    progressed = Signal(int, object, object)
    ended = Signal(int)
    exported = Signal(object)

    _told = Signal(int, object, object)
    _answered = Signal(object)
    _stepped = Signal(object)

    def __init__(
        self,
        make_runs: Callable[[], PromptRuns],
        make_chains: Callable[[], PromptChains],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        """Runs and chains are made, and what was interrupted found, when first asked for."""
        super().__init__(parent)
        self._tasks = tasks
        self._runs = Once(make_runs, lambda runs: runs.take_up())
        self._chains = Once(make_chains, lambda chains: chains.take_up())
        self._questions = Questions(tasks)  # so that an older answer never comes after a newer
        self._work = LongWork("prompt run", self)
        self._work.ended.connect(self._on_ended)
        self._running: int | None = None
        self._runs_chain = False
        self._listed = 0  # the run that was last told to be there
        self._said = False  # whether what goes on says itself what went wrong
        self._looks = Looks(lambda run: self._runs().report(run), RESULTS_MS, tasks, self)
        tell, fail = self.answer("results", self._tell_report)
        self._looks.known.connect(tell)
        self._looks.failed.connect(fail)
        self._told.connect(self.progressed)
        self._answered.connect(self._on_answered)
        self._stepped.connect(self._on_stepped)

    def close(self) -> None:
        """Stop what goes on; a run can go on the next time."""
        self._work.close()
        self._looks.close()

    @property
    def busy(self) -> bool:
        return self._work.busy

    @property
    def running(self) -> int | None:
        """The prompt whose run or chain goes on."""
        return self._running

    @property
    def runs_chain(self) -> bool:
        """Whether what goes on is a chain."""
        return self._runs_chain

    # --- cases ------------------------------------------------------------------------------

    def open(self, prompt_id: int) -> None:
        """Answered by `cases_known`, `runs_known` and `chains_known`, and as `plan` is."""
        self._tell_cases(prompt_id)
        self._tell_runs(prompt_id)
        self._tell_chains(prompt_id)
        self.plan(prompt_id)

    def save_case(self, prompt_id: int, case: PromptCase) -> None:
        """Add or change a case; `cases_known` follows, or `failed`."""
        self._tasks.run(
            lambda: self._runs().save_case(prompt_id, case),
            *self.answer("save case", lambda _saved: self._tell_cases(prompt_id)),
        )

    def remove_case(self, prompt_id: int, case_id: int) -> None:
        """`cases_known` follows; results of runs with it stay."""
        self._tasks.run(
            lambda: self._runs().remove_case(case_id),
            *self.answer("remove case", lambda _nothing: self._tell_cases(prompt_id)),
        )

    def import_cases(self, prompt_id: int, path: Path) -> None:
        """Add the cases of a file; `cases_known` follows, or `failed`."""
        self._tasks.run(
            lambda: self._runs().import_cases(prompt_id, path),
            *self.answer("import cases", lambda _added: self._tell_cases(prompt_id)),
        )

    def export_cases(self, prompt_id: int, path: Path) -> None:
        """Write the cases of a prompt as JSON. Answered by `exported`."""
        self._tasks.run(
            lambda: self._runs().export_cases(prompt_id, path),
            *self.answer("export cases", self.exported.emit),
        )

    # --- runs -------------------------------------------------------------------------------

    def start(self, request: PromptRunRequest) -> None:
        """Run a prompt over its cases; `begun` and `run_known` follow, or `failed`."""
        self._run(request.prompt_id, lambda: self._runs().create(request))

    def resume(self, run: PromptRun) -> None:
        """Go on with a run where it stopped; as `start`."""
        self._run(run.request.prompt_id, lambda: self._runs().get(run.id))

    def cancel(self) -> None:
        """Stop what goes on; answers that are there stay."""
        self._work.cancel()

    def open_run(self, number: int) -> None:
        """Answered by `run_known`."""
        self._tasks.run(
            lambda: self._runs().report(self._runs().get(number)),
            *self.answer("open run", self._tell_report),
        )

    def remove_run(self, run: PromptRun) -> None:
        """Forget a run that does not go on; `runs_known` follows."""
        if run.state.ended:
            self._tasks.run(
                lambda: self._runs().remove(run.id),
                *self.answer("remove", lambda _nothing: self._tell_runs(run.request.prompt_id)),
            )

    def export(self, report: PromptRunReport, path: Path) -> None:
        """Write a report as CSV or Markdown, as the name ends. Answered by `exported`."""
        from desktop.core.prompt_run_files import save_run_report

        self._tasks.run(
            lambda: save_run_report(report, path), *self.answer("export", self.exported.emit)
        )

    # --- chains -----------------------------------------------------------------------------

    def plan(self, prompt_id: int) -> None:
        """The prompts of a chain; answered by `steps_known` or `steps_refused`."""
        self._questions.ask(
            ("steps", prompt_id),
            lambda: self._chains().steps(prompt_id),
            partial(self.steps_known.emit, prompt_id),
            partial(self.steps_refused.emit, prompt_id),
        )

    def start_chain(self, request: ChainRequest) -> None:
        """Run a chain; `begun` and `chain_known` follow, or `failed`."""

        def work(control: JobControl, left: TimeLeft) -> None:
            self._chains().run(request, control, left.report, self._stepped.emit)

        self._begin(request.prompt_id, work, chain=True)

    def remove_chain(self, run: ChainRun) -> None:
        """Forget a chain that was run; `chains_known` follows."""
        prompt_id = run.request.prompt_id
        self._tasks.run(
            lambda: self._chains().remove(run.id),
            *self.answer("remove", lambda _nothing: self._tell_chains(prompt_id)),
        )

    # --- inside -----------------------------------------------------------------------------

    def _run(self, prompt_id: int, get: Callable[[], PromptRun]) -> None:
        def work(control: JobControl, left: TimeLeft) -> None:
            run = get()
            self._runs().run(run.id, control, left.report, self._answered.emit)

        self._begin(prompt_id, work, chain=False)

    def _begin(
        self, prompt_id: int, work: Callable[[JobControl, TimeLeft], None], *, chain: bool
    ) -> None:
        if self.busy:
            self.fail(
                "begin",
                InvalidInput(
                    "A prompt is being run already.", "Wait until it is done, or cancel it."
                ),
            )
            return
        self._running, self._runs_chain, self._said = prompt_id, chain, False
        left = TimeLeft(partial(self._told.emit, prompt_id))
        self._work.begin(lambda control: work(control, left))
        self.mend("begin")
        self.begun.emit(prompt_id)

    @Slot(object)
    def _on_answered(self, run: PromptRun) -> None:
        if run.id != self._listed:
            self._listed = run.id
            self._tell_runs(run.request.prompt_id)
        self._said = bool(run.problem)
        self._looks.heard.emit(run)

    @Slot(object)
    def _on_stepped(self, run: ChainRun) -> None:
        self._said = bool(run.problem)
        if not run.steps and not run.problem:
            self._tell_chains(run.request.prompt_id)
        self.chain_known.emit(run.request.prompt_id, run)

    @Slot(object)
    def _on_ended(self, problem: QuernError | None) -> None:
        prompt_id, self._running = self._running, None
        if prompt_id is None:
            return
        self.mend("begin")  # another could now
        self.ended.emit(prompt_id)
        self._tell_runs(prompt_id)
        self._tell_chains(prompt_id)
        if problem is not None and not self._said:
            self.fail("begin", problem)

    @Slot(object)
    def _tell_report(self, report: PromptRunReport) -> None:
        self.run_known.emit(report.run.request.prompt_id, report)

    def _tell_cases(self, prompt_id: int) -> None:
        self._tell("cases", self.cases_known, prompt_id, lambda: self._runs().cases(prompt_id))

    def _tell_runs(self, prompt_id: int) -> None:
        self._tell("runs", self.runs_known, prompt_id, lambda: self._runs().list(prompt_id))

    def _tell_chains(self, prompt_id: int) -> None:
        self._tell("chains", self.chains_known, prompt_id, lambda: self._chains().list(prompt_id))

    def _tell(
        self, what: str, known: SignalInstance, prompt_id: int, look: Callable[[], object]
    ) -> None:
        self._questions.ask(
            (what, prompt_id), look, *self.answer(what, partial(known.emit, prompt_id))
        )
