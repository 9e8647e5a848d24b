"""The controllers that all windows share, over the core: every one is built here once.

What the start does without is imported and built when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from desktop.controllers.comparison import ComparisonController
from desktop.controllers.controller import Controller
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.downloads import DownloadsController
from desktop.controllers.library import LibraryController
from desktop.controllers.loaded_models import LoadedModels
from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.controllers.prompts import PromptsController
from desktop.controllers.quantization import QuantizationController
from desktop.controllers.settings import SettingsController
from desktop.controllers.tasks import Tasks
from desktop.controllers.updates import UpdatesController
from desktop.core.machine import total_memory
from desktop.core.settings import SettingsStore
from desktop.domain.paths import Home, starter_model_path
from desktop.services import Services
from desktop.ui.icons import Icons
from desktop.ui.shared import Shared
from desktop.ui.theme import Theme
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.controllers.blind_test import BlindTestController
    from desktop.controllers.prompt_runs import PromptRunsController
    from desktop.controllers.recently_deleted import RecentlyDeletedController
    from desktop.controllers.side_by_side import SideBySideController
    from desktop.controllers.task_runs import TaskRunsController
    from desktop.controllers.task_sets import TaskSetsController

ControllerT = TypeVar("ControllerT", bound=Controller)


class Sharing:
    """Args:
        owner: whom the controllers belong to.

    Attributes:
        shared: the controllers.
    """

    def __init__(
        self,
        home: Home,
        settings: SettingsStore,
        services: Services,
        theme: Theme,
        icons: Icons,
        tasks: Tasks,
        owner: QObject,
    ) -> None:
        self._services = services
        self._tasks = tasks
        self._owner = owner
        self._made_late: list[Controller] = []
        prompts = PromptsController(services.prompt_library, services.prompt_drafts, tasks, owner)
        self.shared = Shared(
            home=home,
            conversations=ConversationsController(services.conversations, tasks, owner),
            settings=SettingsController(
                settings,
                services.presets,
                services.inspector,
                services.make_engine,
                lambda: services.prober,
                tasks,
                owner,
            ),
            library=LibraryController(services.library, services.inspector, tasks, owner),
            loaded=LoadedModels(owner),
            downloads=DownloadsController(services.downloads, tasks, owner),
            quantization=QuantizationController(
                services.jobs,
                services.quantization,
                services.inspector,
                services.words.count,
                tasks,
                owner,
            ),
            comparison=ComparisonController(
                services.comparisons,
                services.quantization,
                services.inspector,
                services.texts,
                services.runner,
                tasks,
                total_memory,
                owner,
            ),
            side_by_side=self._late(self._make_side_by_side),
            blind_test=self._late(self._make_blind_test),
            task_sets=self._late(self._make_task_sets),
            task_runs=self._late(self._make_task_runs),
            prompts=prompts,
            prompt_exchange=PromptExchangeController(prompts, tasks, owner),
            prompt_runs=self._late(self._make_prompt_runs),
            recently_deleted=self._late(self._make_recently_deleted),
            updates=UpdatesController(services.updates(), settings, tasks, owner),
            theme=theme,
            icons=icons,
            is_starter=lambda path: path == starter_model_path(),
            memory=total_memory,
        )

    def take_up(self) -> None:
        """Go on with what went on when Quern was closed, and look for news."""
        shared = self.shared
        shared.downloads.finished.connect(shared.library.take_in)
        shared.library.listed.connect(shared.downloads.look_again)
        shared.downloads.take_up()
        shared.quantization.finished.connect(shared.library.refresh)
        shared.quantization.open()
        shared.comparison.take_up()
        shared.updates.look_daily()

    def close(self) -> None:
        """End what goes on."""
        self.shared.downloads.close()
        self.shared.quantization.close()
        self.shared.comparison.close()
        for controller in self._made_late:
            controller.close()
        self.shared.library.close()

    # --- made when they are first asked for -------------------------------------------------

    def _late(self, make: Callable[[], ControllerT]) -> Late[ControllerT]:
        """A controller that is closed with the others once there is one."""

        def made() -> ControllerT:
            controller = make()
            self._made_late.append(controller)
            return controller

        return Late(made)

    def _make_side_by_side(self) -> SideBySideController:
        from desktop.controllers.side_by_side import SideBySideController

        services = self._services
        return SideBySideController(
            services.answering,
            services.inspector,
            self._tasks,
            services.load_config,
            services.rest_after,
            self._owner,
        )

    def _make_blind_test(self) -> BlindTestController:
        from desktop.controllers.blind_test import BlindTestController

        services = self._services
        return BlindTestController(
            services.votes(),
            services.answering,
            services.inspector,
            self._tasks,
            services.load_config,
            self._owner,
        )

    def _make_task_sets(self) -> TaskSetsController:
        from desktop.controllers.task_sets import TaskSetsController

        return TaskSetsController(self._services.task_sets, self._tasks, self._owner)

    def _make_task_runs(self) -> TaskRunsController:
        from desktop.controllers.task_runs import TaskRunsController

        services = self._services
        return TaskRunsController(services.task_runs, services.inspector, self._tasks, self._owner)

    def _make_prompt_runs(self) -> PromptRunsController:
        from desktop.controllers.prompt_runs import PromptRunsController

        services = self._services
        return PromptRunsController(
            services.prompt_runs, services.prompt_chains, self._tasks, self._owner
        )

    def _make_recently_deleted(self) -> RecentlyDeletedController:
        from desktop.controllers.recently_deleted import RecentlyDeletedController
        from desktop.domain.recently_deleted import DeletedKind

        shared = self.shared
        list_again = {
            DeletedKind.CONVERSATION: shared.conversations.refresh,
            DeletedKind.PROMPT: shared.prompts.changed.emit,
            DeletedKind.TASK_SET: lambda: shared.task_sets.tell(
                "list", lambda sets: sets.refresh()
            ),
        }
        return RecentlyDeletedController(
            self._services.recently_deleted, list_again, self._tasks, self._owner
        )
