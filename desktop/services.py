"""The core as one home uses it: every object is built here once, and none knows of Qt.

What the start does without is imported and built when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.core.hub_access import HubAccess
from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobRunner
from desktop.core.model_hub import ModelHub
from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.core.own_words import OwnWords
from desktop.core.quantization import Quantization
from desktop.core.settings import SettingsStore
from desktop.core.updates import Updates, release_address
from desktop.domain.download import Download
from desktop.domain.job import Job, QuantizationRequest
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home, OtherPrograms, resource_path, starter_model_path
from desktop.domain.quantization import ConversionRequest, ImatrixRequest
from desktop.domain.release import Release
from desktop.engine.client import Engine
from desktop.engine.engine_state import EngineState
from desktop.hub.token import TokenStore
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels
from desktop.storage.presets import SamplerPresets

if TYPE_CHECKING:
    from desktop.core.answering import AnsweringModels
    from desktop.core.comparison import Comparisons
    from desktop.core.device_probe import DeviceProber
    from desktop.core.downloads import Downloads
    from desktop.core.evaluation_text import EvaluationTexts
    from desktop.core.jobs import Jobs, RunJob
    from desktop.core.prompt_chains import PromptChains
    from desktop.core.prompt_drafts import PromptDrafts
    from desktop.core.prompt_library import PromptLibrary
    from desktop.core.prompt_runs import PromptRuns
    from desktop.core.recently_deleted import RecentlyDeleted
    from desktop.core.task_runs import TaskRuns
    from desktop.core.task_sets import TaskSets
    from desktop.storage.backup import Backup
    from desktop.storage.votes import StoredVotes


class Services:
    """Args:
        worker: the command of an engine child, or None for the usual one.

    Attributes:
        conversations, presets, inspector, access, hub, library, runner, words, matrices,
            quantization: what the start needs.
    """

    def __init__(
        self,
        home: Home,
        settings: SettingsStore,
        database: Database,
        worker: Sequence[str] | None = None,
    ) -> None:
        self._home = home
        self._settings = settings
        self._database = database
        self._worker = worker
        self.conversations = Conversations(database)
        self.presets = SamplerPresets(database)
        self.inspector = ModelInspector(self.make_engine)
        self.access = HubAccess(settings, TokenStore())
        self.hub = ModelHub(self.access.connection, self.inspector, home, self.load_config)
        self.library = ModelLibrary(
            KnownModels(database),
            ModelFacts(database),
            home,
            OtherPrograms.default(),
            starter_model_path(),
            self.inspector.inspect,
        )
        self.runner = JobRunner(self.make_engine)
        self.words = OwnWords(self.conversations)
        self.matrices = ImportanceMatrices.of(home, self.runner, self.words)
        self.quantization = Quantization(self.runner, self.matrices)

    def close(self) -> None:
        """End what works by itself."""
        self.inspector.close()
        self.hub.close()

    # --- engines ----------------------------------------------------------------------------

    def make_engine(self, on_state: Callable[[EngineState], None] | None = None) -> Engine:
        """One that is not started, for the devices of the settings."""
        excluded = self._settings.current.excluded_devices.split(",")
        return Engine(self._worker, on_state=on_state, excluded_devices=excluded)

    def load_config(self) -> LoadConfig:
        """How models are loaded now."""
        return self._settings.current.load_config()

    def rest_after(self) -> float:
        """Seconds without use after which a model's memory is freed now; 0 is never."""
        return self._settings.current.unload_after * 60.0

    @cached_property
    def answering(self) -> AnsweringModels:
        """Asks models outside conversations."""
        from desktop.core.answering import AnsweringModels

        return AnsweringModels(self.make_engine)

    @cached_property
    def prober(self) -> DeviceProber:
        """Tries graphics processors."""
        from desktop.core.device_probe import DeviceProber

        return DeviceProber(
            lambda names: Engine(self._worker, excluded_devices=names), starter_model_path()
        )

    # --- long work --------------------------------------------------------------------------

    def downloads(self, on_change: Callable[[Download], None]) -> Downloads:
        """The list of downloads."""
        from desktop.core.downloads import Downloads
        from desktop.storage.downloads import StoredDownloads

        return Downloads(
            StoredDownloads(self._database),
            self.access.connection,
            lambda: self._settings.current.downloads_at_once,
            on_change,
        )

    def jobs(self, on_change: Callable[[Job], None]) -> Jobs:
        """The list of jobs."""
        from desktop.core.conversions import Conversions
        from desktop.core.jobs import Jobs
        from desktop.storage.jobs import StoredJobs

        runners: dict[type, RunJob] = {
            QuantizationRequest: self.quantization.run,
            ImatrixRequest: self.matrices.run,
            ConversionRequest: Conversions(self.runner).run,
        }
        return Jobs(StoredJobs(self._database), runners, on_change)

    # --- comparing --------------------------------------------------------------------------

    @cached_property
    def texts(self) -> EvaluationTexts:
        """Texts to measure with."""
        from desktop.core.evaluation_text import EvaluationTexts

        return EvaluationTexts(self.conversations)

    @cached_property
    def comparisons(self) -> Comparisons:
        """Comparisons of levels."""
        from desktop.core.comparison import Comparisons
        from desktop.storage.comparisons import StoredComparisons

        return Comparisons(
            StoredComparisons(self._database),
            self.runner,
            self.quantization,
            self.inspector,
            self.texts,
            self._home.cache / "comparisons",
        )

    def task_sets(self) -> TaskSets:
        """Sets of tasks, ours and the person's."""
        from desktop.core.task_sets import TaskSets
        from desktop.storage.tasks import StoredTaskSets

        return TaskSets(StoredTaskSets(self._database))

    def task_runs(self) -> TaskRuns:
        """Runs of task sets and of needles over levels."""
        from desktop.core.task_runs import TaskRuns
        from desktop.storage.task_runs import StoredTaskRuns

        return TaskRuns(StoredTaskRuns(self._database), self.answering, self.inspector)

    def votes(self) -> StoredVotes:
        """Blind tests."""
        from desktop.storage.votes import StoredVotes

        return StoredVotes(self._database)

    # --- prompts ----------------------------------------------------------------------------

    def prompt_library(self) -> PromptLibrary:
        """The prompts."""
        return self._prompt_library

    def prompt_runs(self) -> PromptRuns:
        """Runs of prompts over their cases."""
        from desktop.core.prompt_runs import PromptRuns
        from desktop.storage.prompt_runs import StoredPromptRuns

        return PromptRuns(
            StoredPromptRuns(self._database),
            self._prompt_library,
            self.answering,
            self.load_config,
        )

    def prompt_chains(self) -> PromptChains:
        """Runs of chains of prompts."""
        from desktop.core.prompt_chains import PromptChains
        from desktop.storage.prompt_chains import StoredPromptChains

        return PromptChains(
            StoredPromptChains(self._database),
            self._prompt_library,
            self.answering,
            self.load_config,
        )

    def prompt_drafts(self) -> PromptDrafts:
        """What was written and not saved."""
        return self._prompt_drafts

    @cached_property
    def _prompt_drafts(self) -> PromptDrafts:
        from desktop.core.prompt_drafts import PromptDrafts

        return PromptDrafts(self._home.prompt_drafts)

    @cached_property
    def _prompt_library(self) -> PromptLibrary:
        from desktop.core.prompt_library import PromptLibrary
        from desktop.storage.prompts import StoredPrompts

        return PromptLibrary(StoredPrompts(self._database), resource_path("prompts"))

    # --- what was deleted, or lost ----------------------------------------------------------

    def recently_deleted(self) -> RecentlyDeleted:
        """What can be restored."""
        from desktop.core.recently_deleted import RecentlyDeleted
        from desktop.storage.recently_deleted import StoredDeletions

        return RecentlyDeleted(
            StoredDeletions(self._database),
            self.conversations,
            self._prompt_library,
            self._prompt_drafts,
            self.task_sets(),
        )

    def backup(self) -> Backup:
        """Copies of the database."""
        from desktop.storage.backup import Backup

        return Backup(self._database)

    # --- Quern itself -----------------------------------------------------------------------

    def updates(self) -> Updates:
        """Newer releases."""

        def ask(address: str) -> Release:
            from desktop.hub.release import newest_release  # most never ask

            return newest_release(address, self._settings.current.hub_proxy)

        address = release_address(resource_path("build.json"))
        return Updates(address, __version__, ask, self._home.cache / "updates.json")
