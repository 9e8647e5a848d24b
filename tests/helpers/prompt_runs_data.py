"""A prompt that is tried on cases, and a chain, as the core would tell of them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import Signal

from desktop.core.prompt_chains import ChainStep
from desktop.core.prompt_run_report import PromptRunReport
from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt import (
    ChainLink,
    FieldKind,
    Prompt,
    PromptContent,
    PromptField,
    PromptVersion,
)
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import (
    ChainRequest,
    ChainRun,
    ChainStepResult,
    Place,
    PromptResult,
    PromptRun,
    PromptRunRequest,
    RunModel,
    RunVersion,
)
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.prompt_runs.prompt_runs_view import PromptRunsView, make_view
from tests.helpers.fake_controllers import Noting

TODAY = date(2026, 6, 2)
NOON = datetime(2026, 6, 2, 12).timestamp()  # noqa: DTZ001 - the person's own day is meant
STARTER = Path("/models/quern-starter-f16.gguf")
LONG = Path("/models/Some-Very-Long-Named-Instruct-Model-7B-v0.3-Q4_K_M.gguf")

CONTENT = PromptContent(
    "Review: {review}\nSentiment:",
    fields=(
        PromptField("review", FieldKind.LONG_TEXT, hint="the review to be labelled"),
        PromptField("labels", default="positive, negative or neutral"),
    ),
    system_prompt="Answer with one of: {labels}",
    then=ChainLink("reply", "mood"),
)
PROMPT = Prompt(4, "label", "Label a review", CONTENT, version=3, version_id=33)
REPLY = Prompt(5, "reply", "Answer the review", PromptContent("Write to {name}: {mood}"))
VERSIONS = [
    PromptVersion(33, 4, 3, CONTENT, "Ask for one word", NOON),
    PromptVersion(32, 4, 2, CONTENT, "", NOON - 90_000),
    PromptVersion(31, 4, 1, CONTENT, "First try", NOON - 180_000),
]
MODELS = [
    ModelChoice("Quern Starter", "F16", STARTER, 10_000_000),
    ModelChoice("Some Very Long Named Instruct Model", "Q4_K_M", LONG, 4_000_000_000),
]
CASES = (
    PromptCase("Broken", {"review": "It broke after two days."}, Expectation("negative"), 1),
    PromptCase(
        "Praise", {"review": "I like the colour, and it works."}, Expectation("positive"), 2
    ),
    PromptCase(
        "Stars",
        {"review": "Three of five, says my neighbour whose name is too long for one line."},
        Expectation("3", MatchRule.NUMBER),
        3,
    ),
    PromptCase("Just look", {"review": "Hm."}, None, 4),
)


def answer(text: str, seed: int = 1, tokens: int = 4) -> Answer:
    return Answer(text, "", StopReason.END_OF_TURN, seed, 31, tokens, 12.0, 20.0, 0.25)


def report(
    state: JobState = JobState.DONE,
    *,
    models: tuple[Path, ...] = (STARTER, LONG),
    answered: int = 16,
    samples: int = 1,
    number: int = 7,
) -> PromptRunReport:
    """Version 3 mends one case and breaks another; the second model fails more."""
    versions = (RunVersion(32, 2), RunVersion(33, 3))
    request = PromptRunRequest(4, versions, CASES, models, samples)
    verdicts = {32: (True, True, False, None), 33: (True, False, True, None)}
    results = [
        PromptResult(
            Place(version.id, model, case),
            sample,
            answer(_said(passed, case, sample), sample + 1),
            passed and not (model and case == 0) if passed is not None else None,
            float(bool(passed)),
        )
        for model in range(len(models))
        for version in versions
        for case, passed in enumerate(verdicts[version.id])
        for sample in range(samples)
    ]
    run = PromptRun(
        number,
        request,
        state,
        tuple(RunModel(path) for path in models),
        tuple(results[: answered * samples]),
        created_at=NOON,
    )
    return PromptRunReport(PROMPT.title, run)


def _said(passed: bool | None, case: int, sample: int) -> str:
    if sample == 2:
        return "I cannot say"
    if passed is None:
        return "Hm indeed.\nWhat do you mean by that?"
    wanted = CASES[case].expectation.text
    return f"It is {wanted}." if passed else "It is neutral."


STEPS = (ChainStep(PROMPT), ChainStep(REPLY, "mood"))


def chain(state: JobState = JobState.DONE, steps: int = 2) -> ChainRun:
    done = (
        ChainStepResult("Label a review", 33, "Review: Hm.\nSentiment:", "", answer("neutral")),
        ChainStepResult(
            *("Answer the review", 50, "Write to Ida: neutral", ""),
            answer("Dear Ida,\n\nthank you for writing to us.", tokens=12),
        ),
    )
    return ChainRun(
        3,
        ChainRequest(4, STARTER, {"review": "Hm.", "name": "Ida"}),
        ("Label a review", "Answer the review"),
        state,
        done[:steps],
        created_at=NOON,
    )


def make_whole_view(icons: Icons) -> PromptRunsView:
    """The view, made at once."""
    steps = make_view(icons)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def filled_view(icons: Icons) -> PromptRunsView:
    """Everything there can be to see."""
    view = make_whole_view(icons)
    view.begin(PROMPT)
    view.setup.set_versions(VERSIONS)
    view.setup.set_models(MODELS)
    view.chain.set_steps(STEPS)
    view.chain.set_models(MODELS)
    view.cases.set_cases(CASES)
    done = report()
    view.results.set_runs([done.run], TODAY)
    view.results.show_report(done)
    view.results.table.choose(Place(33, 0, 1))
    view.set_results_visible(True)
    view.chain.set_runs([chain()], TODAY)
    view.summarize()
    return view


class FakePromptRuns(Noting):
    """A PromptRunsController that does nothing by itself."""

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

    running: int | None = None
    runs_chain = False


class FakePrompts(Noting):
    """A PromptsController that does nothing by itself."""

    versions_known = Signal(int, object)
    changed = Signal()
