"""What every window uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.controllers.blind_test import BlindTestController
from desktop.controllers.comparison import ComparisonController
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.downloads import DownloadsController
from desktop.controllers.library import LibraryController
from desktop.controllers.loaded_models import LoadedModels
from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.controllers.prompt_runs import PromptRunsController
from desktop.controllers.prompts import PromptsController
from desktop.controllers.quantization import QuantizationController
from desktop.controllers.settings import SettingsController
from desktop.controllers.side_by_side import SideBySideController
from desktop.controllers.task_runs import TaskRunsController
from desktop.controllers.task_sets import TaskSetsController
from desktop.controllers.updates import UpdatesController
from desktop.domain.paths import Home
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Shared:
    """`memory` gives this machine's, in bytes."""

    home: Home
    conversations: ConversationsController
    settings: SettingsController
    library: LibraryController
    loaded: LoadedModels
    downloads: DownloadsController
    quantization: QuantizationController
    comparison: ComparisonController
    side_by_side: SideBySideController
    blind_test: BlindTestController
    task_sets: TaskSetsController
    task_runs: TaskRunsController
    prompts: PromptsController
    prompt_exchange: PromptExchangeController
    prompt_runs: PromptRunsController
    updates: UpdatesController
    theme: Theme
    icons: Icons
    is_starter: Callable[[Path], bool]
    memory: Callable[[], int]
