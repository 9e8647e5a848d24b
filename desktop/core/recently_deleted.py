"""What was deleted lately: restoring it, or removing it for good at once."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection

from desktop.core.prompt_drafts import PromptDrafts, empty_bin
from desktop.core.prompt_library import PromptLibrary
from desktop.core.task_sets import TaskSets
from desktop.domain.recently_deleted import DeletedKind, Deletion
from desktop.storage.conversations import Conversations
from desktop.storage.database import BIN_SECONDS
from desktop.storage.recently_deleted import StoredDeletions


class RecentlyDeleted:
    """Every method may be called from any thread and raises StorageFault when the database cannot
    be used. Large databases keep it busy for a moment."""

    def __init__(
        self,
        store: StoredDeletions,
        conversations: Conversations,
        prompts: PromptLibrary,
        drafts: PromptDrafts,
        task_sets: TaskSets,
    ) -> None:
        self._store = store
        self._restore: dict[DeletedKind, Callable[[int], object]] = {
            DeletedKind.CONVERSATION: conversations.undelete,
            DeletedKind.PROMPT: prompts.undelete,
            DeletedKind.TASK_SET: task_sets.undelete,
        }
        self._purge: dict[DeletedKind, Callable[[], object]] = {
            DeletedKind.CONVERSATION: lambda: conversations.purge_deleted(BIN_SECONDS),
            DeletedKind.PROMPT: lambda: empty_bin(prompts, drafts),
            DeletedKind.TASK_SET: task_sets.empty_bin,
        }

    def list(self) -> builtins.list[Deletion]:
        """What can be restored, the newest first."""
        return self._store.list()

    def restore(self, deletions: Collection[Deletion]) -> None:
        """Bring all of them back, or none. Raises: InvalidInput when one is gone for good."""
        with self._store.together():
            for deletion in deletions:
                self._restore[deletion.kind](deletion.number)

    def delete_now(self, deletions: Collection[Deletion]) -> None:
        """Remove them for good, soon also from the copies of the database; those that were restored
        meanwhile stay.

        Of our own prompts the keys stay, or they would come again.
        """
        with self._store.removing():
            self._store.expire(deletions)
            for kind in {deletion.kind for deletion in deletions}:
                self._purge[kind]()
