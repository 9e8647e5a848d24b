"""Trying versions of a prompt on its cases with one or several models.

Every answer is stored as it comes, so that nothing is lost, whatever ends a run; it can then go on
where it stopped.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from desktop.core.answering import AnsweringModel, AnsweringModels
from desktop.core.job_control import JobControl, Report
from desktop.core.judging import check_expectation, judge
from desktop.core.prompt_asking import ask, drawn, fill_known, likeliest
from desktop.core.prompt_case_files import read_cases, save_cases
from desktop.core.prompt_library import PromptLibrary
from desktop.core.prompt_run_record import OnRun, PromptRunRecord
from desktop.core.prompt_run_report import PromptRunReport
from desktop.core.run_state import state_kept
from desktop.domain.errors import Cancelled, EngineDied, InvalidInput, QuernError, StorageFault
from desktop.domain.job import JobProgress
from desktop.domain.model import LoadConfig
from desktop.domain.prompt import PromptVersion
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import (
    MAX_SAMPLES,
    Place,
    PromptResult,
    PromptRun,
    PromptRunRequest,
    VersionResult,
)
from desktop.domain.sampling import SamplerSettings
from desktop.storage.prompt_runs import StoredPromptRuns


class PromptRuns:
    """Blocking calls, from any thread. One run at a time should go on: each loads a model.

    Args:
        config: how models are loaded, as it is when a run begins.
    """

    def __init__(
        self,
        store: StoredPromptRuns,
        library: PromptLibrary,
        models: AnsweringModels,
        config: Callable[[], LoadConfig],
    ) -> None:
        self._store = store
        self._library = library
        self._models = models
        self._config = config

    # --- cases ------------------------------------------------------------------------------

    def cases(self, prompt_id: int) -> builtins.list[PromptCase]:
        """Of a prompt, in the order they were made. Raises: StorageFault."""
        return self._store.cases(prompt_id)

    def save_case(self, prompt_id: int, case: PromptCase) -> PromptCase:
        """Add a case, or replace the one of its id.

        Raises: InvalidInput when it has no name or what is expected cannot be judged by;
            StorageFault.
        """
        if not case.name.strip():
            raise InvalidInput("A case needs a name.")
        if case.expectation is not None:
            check_expectation(case.expectation)
        return self._store.save_case(prompt_id, case)

    def import_cases(self, prompt_id: int, path: Path) -> int:
        """Add the cases of a file but for those that are there already. Returns how many were.

        Raises: InvalidInput when the file cannot be read, and nothing is added; StorageFault.
        """
        there = self._store.cases(prompt_id)
        fresh = [
            case
            for case in read_cases(path)
            if not any(case.name == one.name and case.asks_the_same(one) for one in there)
        ]
        self._store.add_cases(prompt_id, fresh)
        return len(fresh)

    def export_cases(self, prompt_id: int, path: Path) -> Path:
        """Write the cases of a prompt as JSON. Raises: DiskFull, StorageFault."""
        return save_cases(self._store.cases(prompt_id), path)

    def remove_case(self, case_id: int) -> None:
        """Forget a case; results of runs with it stay. Raises: StorageFault."""
        self._store.remove_case(case_id)

    # --- runs -------------------------------------------------------------------------------

    def take_up(self) -> None:
        """What ran in a Quern that has ended is INTERRUPTED now. Raises: StorageFault."""
        self._store.take_up()

    def list(self, prompt_id: int) -> builtins.list[PromptRun]:
        """Runs of a prompt, newest first, without their results. Raises: StorageFault."""
        return self._store.list(prompt_id)

    def get(self, number: int) -> PromptRun:
        """With its results. Raises: InvalidInput, StorageFault."""
        return self._store.get(number)

    def remove(self, number: int) -> None:
        """Forget a run. Raises: StorageFault."""
        self._store.remove(number)

    def create(self, request: PromptRunRequest) -> PromptRun:
        """Put a run into the database. Raises: InvalidInput, StorageFault."""
        for there, message in (
            (request.cases, "There is no case to try the prompt on."),
            (request.versions, "No version of the prompt was chosen."),
            (request.models, "No model was chosen."),
        ):
            if not there:
                raise InvalidInput(message, "Choose at least one.")
        if not 1 <= request.samples <= MAX_SAMPLES:
            raise InvalidInput(f"A case can be answered 1 to {MAX_SAMPLES} times.")
        if request.samples > 1:
            self._refuse_greedy(request)
        return self._store.add(request)

    def report(self, run: PromptRun) -> PromptRunReport:
        """What a run comes to, held against what an older version did in earlier runs when it has
        but one version. Raises: InvalidInput when the prompt is gone, StorageFault."""
        title = self._library.get(run.request.prompt_id).title
        return PromptRunReport(title, run, self._before(run))

    def run(self, number: int, control: JobControl, report: Report, on_change: OnRun) -> PromptRun:
        """Run one, or go on with it. A model that cannot be used says so in its place, an answer
        that cannot be had in its own.

        Args:
            on_change: gets the run whenever an answer is there.

        Raises: Cancelled, RunsAlready, InvalidInput, StorageFault. Answers that are there are kept.
        """
        with self._store.claimed(number):
            going = PromptRunRecord(self._store, self._store.get(number), on_change)
            with state_kept(going.set_state, control):
                self._run(going, control, report)
        return going.run

    # --- inside -----------------------------------------------------------------------------

    def _run(self, going: PromptRunRecord, control: JobControl, report: Report) -> None:
        request = going.run.request
        versions = self._versions(request)
        for position, path in enumerate(request.models):
            missing = going.missing(position)
            if not missing:
                continue
            going.set_problem(position, None)

            def tell(doing: str, name: str = path.stem) -> None:
                fraction = len(going.run.results) / request.answers
                report(JobProgress(fraction, f"{name}: {doing}"))

            tell("loading")
            try:
                with self._models.opened(path, self._config(), control) as model:
                    for place, sample in missing:
                        case, version = request.cases[place.case], versions[place.version_id]
                        tell(f"version {version.number}, {case.name}")
                        going.put(_answered(model, case, version, place, sample, request, control))
            except (Cancelled, StorageFault):
                raise
            except QuernError as error:
                going.set_problem(position, error)
        report(JobProgress(1.0, ""))

    def _before(self, run: PromptRun) -> tuple[int, Sequence[VersionResult]] | None:
        """The newest older version with results, its number and results, newest first."""
        if len(run.request.versions) != 1:
            return None
        (tried,) = run.request.versions
        earlier = [
            one
            for one in self._store.list(run.request.prompt_id)
            if one.id != run.id and one.request.samples == run.request.samples
        ]
        numbers = {version.number for one in earlier for version in one.request.versions}
        for number in sorted((n for n in numbers if n < tried.number), reverse=True):
            found = [
                result
                for one in earlier
                for version in one.request.versions
                if version.number == number
                for result in PromptRunReport("", self._store.get(one.id)).results_of(version.id)
            ]
            if found:
                return number, found
        return None

    def _versions(self, request: PromptRunRequest) -> dict[int, PromptVersion]:
        there = {version.id: version for version in self._library.versions(request.prompt_id)}
        for wanted in request.versions:
            if wanted.id not in there:
                raise InvalidInput(
                    f"Version {wanted.number} of the prompt is not there any more.",
                    "Start a new run.",
                )
        return there

    def _refuse_greedy(self, request: PromptRunRequest) -> None:
        for version in self._versions(request).values():
            wanted = any(version.id == one.id for one in request.versions)
            sampler = version.content.sampler
            if wanted and sampler is not None and not sampler.temperature:
                raise InvalidInput(
                    f"Version {version.number} answers at temperature 0, so that all of its "
                    "answers would be the same.",
                    "Give it a temperature, or let each case be answered once.",
                )


def _answered(
    model: AnsweringModel,
    case: PromptCase,
    version: PromptVersion,
    place: Place,
    sample: int,
    request: PromptRunRequest,
    control: JobControl,
) -> PromptResult:
    """One answer, judged. What one case cannot have is no reason to end the others."""
    change: Callable[[SamplerSettings], SamplerSettings] = likeliest
    if request.samples > 1:
        change = partial(drawn, sample=sample)
    judged = None if case.expectation is None else False
    try:
        filled = fill_known(version.content, case.values, version.id)
        answer = ask(model, filled, change, control)
        if case.expectation is None:
            return PromptResult(place, sample, answer, None)
        judgement = judge(answer.text, case.expectation)
    except (Cancelled, StorageFault, EngineDied):
        raise
    except QuernError as error:
        return PromptResult(place, sample, None, judged, problem=str(error))
    return PromptResult(place, sample, answer, judgement.passed, judgement.score)
