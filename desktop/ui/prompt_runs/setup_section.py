"""Which versions are tried with which models, and how often each case is answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.prompt import PromptVersion
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import MAX_SAMPLES, PromptRunRequest, RunVersion
from desktop.ui.compare.choices import INDENT, Choices
from desktop.ui.formats import amount, fill, integer, moment
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.prompt_runs.choice_list import ChoiceList, Tickable
from desktop.ui.prompts.words import version_name
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import NumberBox

USUAL_SAMPLES = 5


class SetupSection(QWidget):
    """Signals: changed, when a person chose something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._versions: dict[int, PromptVersion] = {}
        self.versions = ChoiceList()
        self.models = ChoiceList()
        self._no_model = label(self.tr("There is no model in the library yet."), "small", wrap=True)
        self.samples = NumberBox()
        self.samples.setRange(2, MAX_SAMPLES)
        self.samples.setValue(USUAL_SAMPLES)
        self.samples.setAccessibleName(self.tr("Answers to each case"))
        self.how = Choices()
        self.how.add(
            "once",
            self.tr("Once"),
            self.tr("The likeliest answer, which is the same each time."),
        )
        self.how.add(
            "vote",
            self.tr("Several times, and most votes win"),
            self.tr(
                "Answers drawn at the prompt's temperature (self-consistency); what most of them"
                " say is judged."
            ),
            self._samples_row(),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for title, part in (
            (self.tr("Versions"), self.versions),
            (self.tr("Models"), self.models),
            (self.tr("Answers to each case"), self.how),
        ):
            column.addWidget(label(title, "heading"))
            column.addWidget(part)
            column.addSpacing(6)
        column.insertWidget(column.indexOf(self.models) + 1, self._no_model)
        self.versions.changed.connect(self.changed)
        self.models.changed.connect(self.changed)
        self.how.changed.connect(self.changed)
        self.samples.valueChanged.connect(self.changed)

    def _samples_row(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(INDENT, 0, 0, 0)
        row.addWidget(label(self.tr("Answers"), "small"))
        row.addWidget(self.samples)
        row.addStretch(1)
        return box

    def set_versions(self, versions: Sequence[PromptVersion]) -> None:
        """Newest first. Of another prompt, the two newest are chosen; a new one of the same joins
        those that are."""
        fresh = {version.id for version in versions} - set(self._versions)
        another = not self._versions.keys() & {version.id for version in versions}
        self._versions = {version.id: version for version in versions}
        chosen = set(self.versions.chosen)
        self.versions.set_items([_tickable(version) for version in versions])
        newest = [version.id for version in versions[:2]]
        if another:
            self.versions.choose(lambda key: key in newest)
        elif fresh:
            self.versions.choose(lambda key: key in chosen or key in fresh)

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        """Models that are there; the first one is chosen when none is."""
        there = [model for model in models if not model.missing]
        self.models.set_items(
            [Tickable(one.path, f"{one.name} · {one.level}", one.path.name) for one in there]
        )
        if there and not self.models.chosen:
            self.models.choose(lambda key: key == there[0].path)
        self._no_model.setVisible(not there)

    def request(self, prompt_id: int, cases: Sequence[PromptCase]) -> PromptRunRequest:
        """What was chosen, oldest version first."""
        versions = [one for key, one in self._versions.items() if key in self.versions.chosen]
        return PromptRunRequest(
            prompt_id,
            tuple(
                RunVersion(one.id, one.number)
                for one in sorted(versions, key=lambda one: one.number)
            ),
            tuple(cases),
            tuple(key for key in self.models.chosen if isinstance(key, Path)),
            self.samples.value() if self.how.current == "vote" else 1,
        )

    def sentence(self, request: PromptRunRequest) -> tuple[str, bool]:
        """What running it would do, or what is missing; and whether it can be run."""
        for there, missing in (
            (request.cases, self.tr("Add a case first.")),
            (request.versions, self.tr("Choose at least one version.")),
            (request.models, self.tr("Choose at least one model.")),
        ):
            if not there:
                return missing, False
        parts = [
            amount(len(request.cases), self.tr("1 case"), self.tr("%1 cases")),
            amount(len(request.versions), self.tr("1 version"), self.tr("%1 versions")),
            amount(len(request.models), self.tr("1 model"), self.tr("%1 models")),
        ]
        if request.samples > 1:
            parts.append(fill(self.tr("%1 times"), integer(request.samples)))
        answers = amount(request.answers, self.tr("1 answer"), self.tr("%1 answers"))
        return fill(self.tr("%1: %2."), " × ".join(parts), answers), True


def _tickable(version: PromptVersion) -> Tickable:
    details = " · ".join(part for part in (moment(version.created_at), version.note) if part)
    return Tickable(version.id, version_name(version.number), details)
