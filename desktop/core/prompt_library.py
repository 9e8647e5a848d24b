"""The prompt library: a person's prompts and ours."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from desktop.core.prompt_draft import checked, checked_content, draft_of
from desktop.core.prompt_json import from_json_text
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import (
    Prompt,
    PromptContent,
    PromptDraft,
    PromptHit,
    PromptQuery,
    PromptVersion,
)
from desktop.domain.prompt_template import fields_of
from desktop.storage.database import BIN_SECONDS
from desktop.storage.prompts import StoredPrompts

UPDATED = "Came with a newer Quern."


class PromptLibrary:
    """Every method may be called from any thread and raises StorageFault when the database cannot
    be used, InvalidInput when what it is asked about is not there.

    Args:
        builtin: the folder of our own prompts, a set a file.
    """

    def __init__(self, store: StoredPrompts, builtin: Path) -> None:
        self._store = store
        self._builtin = builtin

    # --- looking ----------------------------------------------------------------------------

    def list(self, query: PromptQuery) -> builtins.list[PromptHit]:
        """The best matches first (words of the title weigh most); without a text favourites, then
        what was last used."""
        return self._store.list(query)

    def get(self, prompt_id: int) -> Prompt:
        return self._store.get(prompt_id)

    def by_key(self, key: str) -> Prompt | None:
        return self._store.by_key(key)

    def called(self, name: str) -> Prompt:
        """The prompt of this key or, in whatever case, title.

        Raises: InvalidInput when there is none, or several have the title.
        """
        prompt = self._store.by_key(name)
        if prompt is not None:
            return prompt
        titled = self._store.titled(" ".join(name.split()))
        if not titled:
            raise InvalidInput(
                f"There is no prompt called “{name}”.",
                "`quern prompts list` lists them all.",
            )
        if len(titled) > 1:
            keys = ", ".join(prompt.key for prompt in titled)
            raise InvalidInput(
                f"Several prompts are called “{name}”.", f"Name one by its key: {keys}."
            )
        return titled[0]

    def versions(self, prompt_id: int) -> builtins.list[PromptVersion]:
        """Newest first."""
        return self._store.versions(prompt_id)

    def version(self, version_id: int) -> PromptVersion:
        """Also one of a deleted prompt: an answer that it made still says so."""
        return self._store.version(version_id)

    def folders(self) -> builtins.list[str]:
        return self._store.folders()

    def ids(self) -> set[int]:
        """Of all there are, and of the deleted ones that can be brought back."""
        return self._store.ids()

    def tags(self) -> builtins.list[tuple[str, int]]:
        """Each tag with how many prompts have it, the commonest first."""
        return self._store.tags()

    # --- changing ---------------------------------------------------------------------------

    def add(self, draft: PromptDraft, note: str = "") -> Prompt:
        """`note` is on its first version.

        Raises: InvalidInput when the draft cannot be kept, or its key is another prompt's.
        """
        return self._store.add(checked(draft), note.strip())

    def save(self, prompt_id: int, content: PromptContent, note: str = "") -> Prompt:
        """Keep `content` as the newest version; the same content again makes none."""
        return self._store.save(prompt_id, checked_content(content), note.strip())

    def describe(
        self, prompt_id: int, *, title: str, folder: str, tags: Sequence[str], why: str
    ) -> Prompt:
        """Change what stands around the content, which makes no version."""
        draft = draft_of(self._store.get(prompt_id))
        wanted = checked(replace(draft, title=title, folder=folder, tags=tuple(tags), why=why))
        return self._store.describe(prompt_id, wanted)

    def change(self, prompt_id: int, draft: PromptDraft, note: str = "") -> Prompt:
        """Make a prompt what was written in an editor: a new version where the content changed."""
        with self.together():
            prompt = self.get(prompt_id)
            if (draft.title, draft.folder, draft.tags, draft.why) != (
                prompt.title, prompt.folder, prompt.tags, prompt.why,
            ):  # fmt: skip
                prompt = self.describe(
                    prompt_id,
                    title=draft.title,
                    folder=draft.folder,
                    tags=draft.tags,
                    why=draft.why,
                )
            # An editor tells of every placeholder, also of one nothing is declared of.
            if draft.content != replace(prompt.content, fields=fields_of(prompt.content)):
                return self.save(prompt_id, draft.content, note)
            return prompt

    def set_favourite(self, prompt_id: int, on: bool) -> None:
        self._store.set_favourite(prompt_id, on)

    def set_hidden(self, prompt_id: int, on: bool) -> None:
        self._store.set_hidden(prompt_id, on)

    def used(self, prompt_id: int) -> None:
        """It was filled in and sent just now."""
        self._store.used(prompt_id)

    def duplicate(self, prompt_id: int) -> Prompt:
        """A copy of the newest version, which is the person's own."""
        draft = draft_of(self._store.get(prompt_id))
        return self._store.add(replace(draft, title=f"{draft.title} (copy)", key=""))

    def delete(self, prompt_id: int) -> None:
        """`undelete` brings it back."""
        self._store.delete(prompt_id)

    def undelete(self, prompt_id: int) -> Prompt:
        return self._store.undelete(prompt_id)

    def empty_bin(self) -> int:
        """Remove for good what was deleted BIN_SECONDS ago. Returns: how many prompts."""
        return self._store.purge_deleted(BIN_SECONDS)

    def restore(self, prompt_id: int, version_id: int) -> Prompt:
        """A new version with the content of an older one."""
        old = self._store.version(version_id)
        if old.prompt_id != prompt_id:
            raise InvalidInput("This version belongs to another prompt.")
        return self._store.save(prompt_id, old.content, f"Version {old.number} again.")

    def free_key(self, title: str, taken: Collection[str]) -> str:
        """A key made of the title, which no prompt has and is not among `taken`."""
        return self._store.free_key(title, taken)

    def together(self) -> AbstractContextManager[object]:
        """All that is changed inside is kept, or nothing."""
        return self._store.together()

    # --- our own prompts --------------------------------------------------------------------

    def update_builtin(self) -> int:
        """Add our prompts that are new, and bring those nobody has changed up to date.

        One that was changed, hidden or deleted, or whose key is a person's prompt's, stays as it
        is. Returns: how many prompts were added or updated. Raises: InvalidInput naming the file
        that cannot be read.
        """
        drafts = [draft for path in sorted(self._builtin.glob("*.json")) for draft in _read(path)]
        with self._store.together():
            ours = self._store.builtin_keys()
            return sum(self._update(draft, ours) for draft in drafts)

    def _update(self, draft: PromptDraft, ours: set[str]) -> bool:
        prompt = self._store.by_key(draft.key)
        if prompt is None:
            if draft.key in ours:
                return False
            self._store.add(draft, builtin=True)
            return True
        if not prompt.builtin or prompt.changed or prompt.hidden or draft_of(prompt) == draft:
            return False
        self._store.save(prompt.id, draft.content, UPDATED, update=True)
        self._store.describe(prompt.id, draft, update=True)
        return True


def _read(path: Path) -> Sequence[PromptDraft]:
    try:
        read = from_json_text(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"“{path.name}” cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"“{path.name}” is not text in UTF-8.") from error
    except InvalidInput as error:
        raise InvalidInput(f"“{path.name}”: {error.message}") from error
    if read.problems:
        raise InvalidInput(f"“{path.name}”: {read.problems[0].reason}")
    if not all(draft.key for draft in read.drafts):
        raise InvalidInput(f"“{path.name}”: A prompt of ours has no key.")
    return read.drafts
