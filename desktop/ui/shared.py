"""What every window uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.controllers.comparison import ComparisonController
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.downloads import DownloadsController
from desktop.controllers.library import LibraryController
from desktop.controllers.loaded_models import LoadedModels
from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.controllers.prompts import PromptsController
from desktop.controllers.quantization import QuantizationController
from desktop.controllers.settings import SettingsController
from desktop.controllers.updates import UpdatesController
from desktop.domain.paths import Home
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.controllers.blind_test import BlindTestController
    from desktop.controllers.prompt_runs import PromptRunsController
    from desktop.controllers.recently_deleted import RecentlyDeletedController
    from desktop.controllers.side_by_side import SideBySideController
    from desktop.controllers.task_runs import TaskRunsController
    from desktop.controllers.task_sets import TaskSetsController


@dataclass(frozen=True, slots=True)
class Shared:
    """Controllers that a start does without are made when they are first asked for. `memory` gives
    this machine's, in bytes."""

    home: Home
    conversations: ConversationsController
    settings: SettingsController
    library: LibraryController
    loaded: LoadedModels
    downloads: DownloadsController
    quantization: QuantizationController
    comparison: ComparisonController
    side_by_side: Late[SideBySideController]
    blind_test: Late[BlindTestController]
    task_sets: Late[TaskSetsController]
    task_runs: Late[TaskRunsController]
    prompts: PromptsController
    prompt_exchange: PromptExchangeController
    prompt_runs: Late[PromptRunsController]
    recently_deleted: Late[RecentlyDeletedController]
    updates: UpdatesController
    theme: Theme
    icons: Icons
    is_starter: Callable[[Path], bool]
    memory: Callable[[], int]
