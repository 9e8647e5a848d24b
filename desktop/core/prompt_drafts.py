"""What a person wrote of prompts and has not saved yet: kept in a file, so that nothing is lost."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from desktop.core.prompt_library import PromptLibrary
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.storage.files import write_atomically


class PromptDrafts:
    """Drafts by the id of their prompt; 0 is the one of a prompt that was never saved.

    May be used from any thread. A file that cannot be read counts as empty: what is written next
    takes its place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._drafts: dict[int, PromptDraft] | None = None

    def get(self, prompt_id: int) -> PromptDraft | None:
        with self._lock:
            return self._known().get(prompt_id)

    def ids(self) -> set[int]:
        """Of the prompts that have one."""
        with self._lock:
            return set(self._known())

    def set(self, prompt_id: int, draft: PromptDraft | None) -> None:
        """Keep a draft in place of the one before; None forgets it. Raises: StorageFault."""
        with self._lock:
            drafts = self._known()
            if drafts.get(prompt_id) == draft:
                return
            if draft is None:
                del drafts[prompt_id]
            else:
                drafts[prompt_id] = draft
            kept = {str(number): _to_json(each) for number, each in drafts.items()}
            write_atomically(self._path, json.dumps(kept, ensure_ascii=False, indent=1))

    def _known(self) -> dict[int, PromptDraft]:
        if self._drafts is None:
            try:
                kept = json.loads(self._path.read_text(encoding="utf-8"))
                self._drafts = {int(number): _from_json(each) for number, each in kept.items()}
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                self._drafts = {}
        return self._drafts


def empty_bin(library: PromptLibrary, drafts: PromptDrafts) -> None:
    """Remove for good the prompts that were deleted long ago, and what of them was not saved.

    Other drafts stay even where there is no such prompt: the database may have been damaged.
    Raises: StorageFault.
    """
    before = library.ids()
    library.empty_bin()
    for prompt_id in before - library.ids():
        drafts.set(prompt_id, None)


def _to_json(draft: PromptDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "content": draft.content.to_json(),
        "folder": draft.folder,
        "tags": list(draft.tags),
        "why": draft.why,
        "key": draft.key,
    }


def _from_json(values: dict[str, Any]) -> PromptDraft:
    """Raises: KeyError, TypeError, ValueError."""
    return PromptDraft(
        title=values["title"],
        content=PromptContent.from_json(values["content"]),
        folder=values["folder"],
        tags=tuple(values["tags"]),
        why=values["why"],
        key=values["key"],
    )
