"""Blind tests, for all windows."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.once import Once
from desktop.controllers.tasks import Tasks
from desktop.core.answering import AnsweringModels
from desktop.core.blind_test import BlindTests
from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.resident_models import ResidentModels
from desktop.domain.blind_test import BlindTest, Round, Vote
from desktop.domain.errors import Cancelled, InvalidInput, QuernError
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.storage.votes import StoredVotes

MOST_TIES = 8  # the same answer so often in a row, and one asks first whether to go on


class BlindTestController(Controller):
    """Shared by all windows. One sitting at a time: beginning another ends the one before.

    While a person reads one round, the next is prepared.

    Args:
        config: how models are loaded.

    Signals:
        listed(list[BlindTest]): all there are, newest first; answer to `refresh`, and whenever one
            was added, removed or voted in.
        created(BlindTest): answer to `create`.
        found(BlindTest): answer to `look_up`.
        prepared(int, Round): sitting; a round to vote on; answer to `next`.
        progressed(int, float): sitting; how far the round that is waited for is, 0 to 1.
        left_out(int, BlindLevel, QuernError): sitting; a level that cannot be asked.
        unprepared(int, QuernError): sitting; why there is no next round.
        voted(int, BlindTest, Round): sitting; answer to `vote`; and by itself for a round whose
            answers are the same, which is a tie.
        ended(int): a sitting that another one replaced.
        exported(Path): answer to `export`.
    """

    listed = Signal(object)
    created = Signal(object)
    found = Signal(object)
    prepared = Signal(int, object)
    progressed = Signal(int, float)
    left_out = Signal(int, object, object)
    unprepared = Signal(int, object)
    voted = Signal(int, object, object)
    ended = Signal(int)
    exported = Signal(object)

    _done = Signal(int, object, object)

    def __init__(
        self,
        store: StoredVotes,
        models: AnsweringModels,
        inspector: ModelInspector,
        tasks: Tasks,
        config: Callable[[], LoadConfig],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._resident = ResidentModels(models)
        self._tests = Once(
            lambda: BlindTests(store, self._resident, inspector), lambda tests: tests.take_up()
        )
        self._tasks = tasks
        self._config = config
        self._sitting = 0
        self._test: int | None = None  # the one of this sitting
        self._ready: deque[Round] = deque()
        self._wanted = False  # a round, by the person
        self._problem: QuernError | None = None  # why there is no next one, not told yet
        self._ties = 0  # in a row
        self._control = JobControl()
        self._thread: threading.Thread | None = None
        self._done.connect(self._on_done)

    # --- tests ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Answered by `listed`."""
        self._tasks.run(lambda: self._tests().list(), *self.answer("list", self.listed.emit))

    def create(
        self,
        paths: Sequence[Path],
        prompts: Sequence[str],
        sampler: SamplerSettings,
        system_prompt: str,
    ) -> None:
        """A new test; answered by `created` or `failed`."""
        config = self._config()

        def done(test: BlindTest) -> None:
            self.created.emit(test)
            self.refresh()

        self._tasks.run(
            lambda: self._tests().create(paths, prompts, sampler, system_prompt, config),
            *self.answer("create", done),
        )

    def look_up(self, number: int) -> None:
        """Answered by `found`."""
        self._tasks.run(lambda: self._tests().get(number), *self.answer("look up", self.found.emit))

    def remove(self, number: int) -> None:
        """Forget a test and its votes; a sitting on it ends."""
        if number == self._test:
            self.leave(self._sitting)
        self._tasks.run(
            lambda: self._tests().remove(number),
            *self.answer("remove", lambda _done: self.refresh()),
        )

    def export(self, test: BlindTest, path: Path) -> None:
        """Write CSV or JSON, as the name ends; answered by `exported`."""
        from desktop.core.blind_test_files import save_votes

        self._tasks.run(lambda: save_votes(test, path), *self.answer("export", self.exported.emit))

    # --- a sitting --------------------------------------------------------------------------

    def sit(self, test: BlindTest) -> int:
        """Begin to vote, or go on; the number of the sitting. `next` asks for a round."""
        before = self._test
        self._end_sitting()
        if before is not None:
            self.ended.emit(self._sitting)
        self._sitting += 1
        self._test, self._control = test.id, JobControl()
        self._ready = deque(one for one in test.rounds if one.waits)
        return self._sitting

    def next(self, sitting: int) -> None:
        """Answered by `prepared` or `unprepared`."""
        if sitting != self._sitting or self._test is None:
            return
        self._wanted, self._ties = True, 0
        self._offer()

    def vote(self, sitting: int, number: int, vote: Vote) -> None:
        """Keep a vote on a round; answered by `voted`."""
        if sitting == self._sitting and self._test is not None:
            self._tell_vote(sitting, self._test, lambda: self._tests().vote(number, vote))

    def leave(self, sitting: int) -> None:
        """Nobody votes any more: what is prepared stays for the next time, the models leave."""
        if sitting == self._sitting and self._test is not None:
            self._end_sitting()
            self._tasks.run(
                lambda: self._tests().release(), *self.answer("release", lambda _done: None)
            )

    def close(self) -> None:
        """Stop everything, and wait until no child is left."""
        self._end_sitting()
        if self._thread is not None:
            self._thread.join()
        self._resident.release()

    # --- inside -----------------------------------------------------------------------------

    def _end_sitting(self) -> None:
        self._control.cancel()
        self._ready.clear()
        self._test, self._problem, self._wanted = None, None, False

    def _offer(self) -> None:
        """Hand out what is ready, and see to it that something will be."""
        if self._wanted and self._ready:
            self._wanted = False
            self.prepared.emit(self._sitting, self._ready.popleft())
        elif self._wanted and self._problem is not None:
            problem, self._problem, self._wanted = self._problem, None, False
            self.unprepared.emit(self._sitting, problem)
            return  # until the person wants to go on
        if self._test is not None and not self._ready and self._problem is None:
            self._prepare(self._test)

    def _prepare(self, number: int) -> None:
        if self._thread is not None:
            return  # it comes back here when it is done
        sitting, control = self._sitting, self._control

        def work() -> None:
            found: Round | None = None
            problem: Exception | None = None
            try:
                found = self._tests().prepare(
                    number,
                    control,
                    partial(self.progressed.emit, sitting),
                    partial(self.left_out.emit, sitting),
                )
            except Exception as error:  # noqa: BLE001 - told on the window's thread
                problem = error
            self._done.emit(sitting, found, problem)

        self._thread = threading.Thread(target=work, name="blind-test", daemon=True)
        self._thread.start()

    @Slot(int, object, object)
    def _on_done(self, sitting: int, found: Round | None, problem: Exception | None) -> None:
        self._thread = None
        if problem is not None and not isinstance(problem, QuernError):
            raise problem
        if sitting == self._sitting and self._test is not None:
            if found is not None:
                self._take(found)
            elif isinstance(problem, QuernError) and not isinstance(problem, Cancelled):
                self._problem = problem
        self._offer()

    def _take(self, found: Round) -> None:
        if found.waits:
            self._ties = 0
            self._ready.append(found)
            return
        self._ties += 1
        assert self._test is not None
        self._tell_vote(self._sitting, self._test, lambda: found)
        if self._ties >= MOST_TIES:
            self._ties = 0
            self._problem = InvalidInput(
                f"Both answers were the same {MOST_TIES} times in a row.",
                "Go on if you like; a higher temperature or longer answers tell levels apart"
                " sooner.",
            )

    def _tell_vote(self, sitting: int, test: int, get: Callable[[], Round]) -> None:
        def work() -> tuple[BlindTest, Round]:
            voted = get()
            return self._tests().get(test), voted

        def done(result: tuple[BlindTest, Round]) -> None:
            self.voted.emit(sitting, *result)
            self.refresh()

        self._tasks.run(work, *self.answer("vote", done))
