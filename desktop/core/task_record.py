"""A run of questions while it goes on: kept and told as soon as something is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from desktop.domain.errors import QuernError
from desktop.domain.job import JobProgress, JobState
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRun
from desktop.storage.task_runs import StoredTaskRuns

OnChange = Callable[[TaskRun], None]


class TaskRecord:
    """Everything it is told is in the database when the call returns. Raises: StorageFault."""

    def __init__(self, store: StoredTaskRuns, run: TaskRun, on_change: OnChange) -> None:
        self._store = store
        self._on_change = on_change
        self.run = run

    def model(self, position: int) -> AskedModel:
        return self.run.models[position]

    def open_tasks(self, position: int) -> Iterator[int]:
        """Those without an answer, also while answers come in."""
        for task in range(self.run.questions):
            if task not in self.model(position).answers:
                yield task

    def progress(self, step: str) -> JobProgress:
        """How far it is: a model that failed is done."""
        total = self.run.questions
        done = sum(total if one.problem else len(one.answers) for one in self.run.models)
        return JobProgress(done / (total * len(self.run.models)), step)

    def describe(self, position: int, size: int) -> None:
        """The file can be read: whatever was wrong with it is to be tried again."""
        self._change(replace(self.model(position), bytes=size, problem="", advice=""))

    def fail(self, position: int, error: QuernError) -> None:
        self._change(replace(self.model(position), problem=error.message, advice=error.advice))

    def add(self, position: int, answer: TaskAnswer) -> None:
        self._store.put_answer(self.run.id, position, answer)
        model = self.model(position)
        self._put(replace(model, answers={**model.answers, answer.task: answer}))

    def put_facts(self, facts: Mapping[str, str]) -> None:
        self.run = replace(self.run, facts={**self.run.facts, **facts})
        self.set_state(self.run.state)

    def set_state(self, state: JobState, problem: str = "", advice: str = "") -> None:
        self.run = replace(self.run, state=state, problem=problem, advice=advice)
        self._store.update(self.run.id, state, self.run.facts, problem, advice)
        self._on_change(self.run)

    def _change(self, model: AskedModel) -> None:
        self._store.update_model(self.run.id, model)
        self._put(model)

    def _put(self, model: AskedModel) -> None:
        models = self.run.models
        before, after = models[: model.position], models[model.position + 1 :]
        self.run = replace(self.run, models=(*before, model, *after))
        self._on_change(self.run)
