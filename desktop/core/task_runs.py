"""Asking models the questions of a run, and keeping what they answer.

Every answer is stored as it comes, so that nothing is lost, whatever ends a run; it can then go on
where it stopped.
"""

from __future__ import annotations

import builtins
import hashlib
from dataclasses import replace
from pathlib import Path

from desktop.core.answering import AnsweringModel, AnsweringModels
from desktop.core.job_control import JobControl, Report
from desktop.core.judging import judge
from desktop.core.level_names import level_name
from desktop.core.machine import machine_facts
from desktop.core.model_inspector import ModelInspector
from desktop.core.needle import NeedleQuestions
from desktop.core.run_state import state_kept
from desktop.core.task_questions import Questions, SetQuestions
from desktop.core.task_record import OnChange, TaskRecord
from desktop.core.task_sets import check_task_set
from desktop.domain.conversation import StopReason
from desktop.domain.errors import (
    Cancelled,
    EngineFault,
    InvalidInput,
    ModelFileInvalid,
    QuernError,
    StorageFault,
)
from desktop.domain.sampling import SamplerSettings
from desktop.domain.task_run import AskedModel, RunRequest, TaskAnswer, TaskRequest, TaskRun
from desktop.storage.task_runs import StoredTaskRuns

SEED = 0

_THINKING = "enable_thinking"  # what most templates call the switch


class TaskRuns:
    """Blocking calls. One run at a time should go on, or their speeds are worth nothing."""

    def __init__(
        self, store: StoredTaskRuns, models: AnsweringModels, inspector: ModelInspector
    ) -> None:
        self._store = store
        self._models = models
        self._inspector = inspector

    def list(self) -> builtins.list[TaskRun]:
        """All there are, newest first, without the texts of answers. Raises: StorageFault."""
        return self._store.list()

    def get(self, number: int) -> TaskRun:
        """With every answer so far. Raises: InvalidInput, StorageFault."""
        return self._store.get(number)

    def remove(self, number: int) -> None:
        """Forget one. Raises: StorageFault."""
        self._store.remove(number)

    def take_up(self) -> None:
        """What ran in a Quern that has ended is INTERRUPTED now. Raises: StorageFault."""
        self._store.take_up()

    def create(self, request: RunRequest) -> TaskRun:
        """Put a run into the database, to be run. A file that cannot be read is a row that says so.

        Raises: InvalidInput when there is nothing to ask, or nobody; StorageFault.
        """
        if isinstance(request, TaskRequest):
            check_task_set(request.set)
        if not request.models:
            raise InvalidInput("No model was chosen.", "Choose at least one.")
        models: list[AskedModel] = []
        for path in dict.fromkeys(request.models):
            model = self._asked(path)
            name = level_name(model.name, path, [one.name for one in models])
            models.append(replace(model, position=len(models), name=name))
        return self._store.add(request, models)

    def run(self, number: int, control: JobControl, report: Report, on_change: OnChange) -> TaskRun:
        """Run one, or go on with it.

        Args:
            on_change: gets the run after every answer, on the calling thread.

        Raises: Cancelled, RunsAlready, StorageFault. What was answered is kept.
        """
        with self._store.claimed(number):
            record = TaskRecord(self._store, self._store.get(number), on_change)
            with state_kept(record.set_state, control):
                self._run(record, control, report)
        return record.run

    # --- inside -----------------------------------------------------------------------------

    def _run(self, record: TaskRecord, control: JobControl, report: Report) -> None:
        record.put_facts(
            {
                **machine_facts(self._inspector.machine()),
                "Sampling": f"greedy (temperature 0), seed {SEED}",
                **_facts_of(record.run.request),
            }
        )
        questions = self._questions(record.run.request)
        for model in record.run.models:
            if len(model.answers) < record.run.questions:
                self._or_fail(record, model, questions, control, report)

    def _asked(self, path: Path) -> AskedModel:
        try:
            info = self._inspector.inspect(path)
        except QuernError as error:
            return AskedModel(0, path.stem, path, problem=error.message, advice=error.advice)
        return AskedModel(0, info.level, path, info.file_size)

    def _questions(self, request: RunRequest) -> Questions:
        if isinstance(request, TaskRequest):
            return SetQuestions(request)
        return NeedleQuestions(request, self._inspector)

    def _or_fail(
        self,
        record: TaskRecord,
        model: AskedModel,
        questions: Questions,
        control: JobControl,
        report: Report,
    ) -> None:
        """A model that cannot be asked, or dies of a question, is a row that says so."""
        try:
            self._check_unchanged(record, model)
            self._ask(record, model.position, questions, control, report)
        except (Cancelled, StorageFault):
            raise
        except QuernError as error:
            record.fail(model.position, error)

    def _check_unchanged(self, record: TaskRecord, model: AskedModel) -> None:
        """Answers of two files must not be mixed. Raises: ModelFileInvalid, ModelFileMissing."""
        size = self._inspector.inspect(model.path).file_size
        if model.answers and size != model.bytes:
            raise ModelFileInvalid(
                f"“{model.path.name}” has changed since the run began.", "Start a new run."
            )
        record.describe(model.position, size)

    def _ask(
        self,
        record: TaskRecord,
        position: int,
        questions: Questions,
        control: JobControl,
        report: Report,
    ) -> None:
        model = record.model(position)
        plan = questions.plan(model.path)
        for task in record.open_tasks(position):
            if task in plan.skipped:
                record.add(position, TaskAnswer(task, problem=plan.skipped[task]))
        if not any(True for _ in record.open_tasks(position)):
            return
        report(record.progress(f"Loading {model.name}"))
        with self._models.opened(model.path, plan.config, control) as asked:
            for task in record.open_tasks(position):
                report(record.progress(f"{model.name}: question {task + 1}"))
                record.add(position, _answer(asked, questions, task, control))
        report(record.progress(model.name))


def _answer(
    model: AnsweringModel, questions: Questions, task: int, control: JobControl
) -> TaskAnswer:
    """Ask one question. Raises: Cancelled, EngineFault; any other problem is the answer's own."""
    sampler = SamplerSettings(temperature=0.0, seed=SEED, max_tokens=questions.max_tokens)
    thinks = _THINKING in model.loaded.template_arguments
    answered = TaskAnswer(task)
    try:
        question = questions.question(model, task, control)
        answer = model.answer(
            question.turns,
            sampler,
            control,
            template_arguments={_THINKING: False} if thinks else None,
        )
        answered = replace(
            answered,
            text=answer.text.strip(),
            cut=answer.stop_reason is StopReason.MAX_TOKENS,
            completion_tokens=answer.completion_tokens,
            ttft_ms=answer.ttft_ms,
            tokens_per_second=answer.tokens_per_second,
            seconds=answer.seconds,
        )
        judgement = judge(answer.text, question.expectation)
    except (Cancelled, EngineFault):
        raise
    except QuernError as error:
        return replace(answered, problem=str(error))
    return replace(answered, passed=judgement.passed, score=judgement.score)


def _facts_of(request: RunRequest) -> dict[str, str]:
    facts = {"Threads": str(request.threads) if request.threads else "all cores but one"}
    if isinstance(request, TaskRequest):
        asked = repr((request.set.system_prompt, request.set.tasks))
        return facts | {
            "Longest answer": f"{request.max_tokens} tokens",
            "SHA-256 of the questions": hashlib.sha256(
                asked.encode("utf-8", "replace")
            ).hexdigest(),
        }
    return facts
