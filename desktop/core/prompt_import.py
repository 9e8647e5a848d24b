"""Importing prompts: what is new, what is there already, and what stands against what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from desktop.core.prompt_draft import draft_of
from desktop.core.prompt_files import FoundDraft, FoundProblem, read_files
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import Prompt, PromptDraft, PromptQuery


class ConflictChoice(StrEnum):
    """What becomes of prompts that are in the library with another content."""

    MINE = "mine"  # the library stays as it is
    THEIRS = "theirs"  # theirs becomes a new version of mine
    BOTH = "both"  # theirs becomes a prompt of its own


@dataclass(frozen=True, slots=True)
class Clash:
    """A prompt of a file, and the one of the library that has its key or title."""

    found: FoundDraft
    mine: Prompt


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do.

    Attributes:
        duplicates: prompts the library has already, which nothing happens to.
        problems: what cannot be read; the rest is imported only if the person agrees.
    """

    new: tuple[FoundDraft, ...] = ()
    duplicates: tuple[Clash, ...] = ()
    conflicts: tuple[Clash, ...] = ()
    problems: tuple[FoundProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many prompts were added, and how many got a new version or another description."""

    added: int
    changed: int


class PromptImport:
    """Raises StorageFault when the database cannot be used."""

    def __init__(self, library: PromptLibrary) -> None:
        self._library = library

    def look(self, paths: Sequence[Path]) -> ImportPlan:
        """What importing these files and folders would do. Nothing is changed."""
        read = read_files(paths)
        mine = _Known(self._library)
        new: list[FoundDraft] = []
        duplicates: list[Clash] = []
        conflicts: list[Clash] = []
        problems = list(read.problems)
        seen: set[PromptDraft] = set()
        keys: dict[str, FoundDraft] = {}
        for found in read.found:
            draft = found.draft
            if draft in seen:
                continue
            seen.add(draft)
            first = keys.setdefault(draft.key, found) if draft.key else found
            if first is not found:
                reason = f"The key “{draft.key}” belongs to a prompt of “{first.path.name}” too."
                problems.append(FoundProblem(found.path, 0, reason))
                continue
            other = mine.same(draft)
            if other is not None:
                duplicates.append(Clash(found, other))
            elif (other := mine.alike(draft)) is not None:
                conflicts.append(Clash(found, other))
            else:
                new.append(found)
        return ImportPlan(tuple(new), tuple(duplicates), tuple(conflicts), tuple(problems))

    def carry_out(
        self, plan: ImportPlan, choice: ConflictChoice, *, skip_bad: bool = False
    ) -> ImportResult:
        """Import, all of it or nothing.

        Args:
            choice: for every conflict.
            skip_bad: the person agrees that what cannot be read is left out.

        Raises: InvalidInput when there are problems and `skip_bad` is not given; StorageFault.
        """
        if plan.problems and not skip_bad:
            count = len(plan.problems)
            what = plan.problems[0].sentence()
            raise InvalidInput(
                what if count == 1 else f"{what} There are {count} such problems.",
                "Mend what is wrong, or import the rest only.",
            )
        keyed = sorted(plan.new, key=lambda found: not found.draft.key)  # made-up keys give way
        added = changed = 0
        with self._library.together():
            keys = self._keys(plan, choice)
            for found in keyed:
                self._library.add(_linked(found.draft, keys))
                added += 1
            for clash in plan.conflicts:
                draft = _linked(clash.found.draft, keys)
                if choice is ConflictChoice.THEIRS:
                    self._take_theirs(clash, draft)
                    changed += 1
                elif choice is ConflictChoice.BOTH:
                    self._library.add(replace(draft, key=keys.get(draft.key, "")))
                    added += 1
        return ImportResult(added, changed)

    def _keys(self, plan: ImportPlan, choice: ConflictChoice) -> dict[str, str]:
        """The keys that prompts of the files have in the library, where those are others: chains
        go by key."""
        known = {clash.found.draft.key: clash.mine.key for clash in plan.duplicates}
        taken = {found.draft.key for found in plan.new}
        for clash in plan.conflicts:
            draft = clash.found.draft
            known[draft.key] = clash.mine.key
            if choice is ConflictChoice.BOTH:
                known[draft.key] = self._library.free_key(draft.title, taken)
                taken.add(known[draft.key])
        known.pop("", None)
        return known

    def _take_theirs(self, clash: Clash, draft: PromptDraft) -> None:
        """What theirs does not say, like a row of a table, stays as mine has it."""
        mine = clash.mine
        self._library.save(mine.id, draft.content, f"Imported from “{clash.found.path.name}”.")
        self._library.describe(
            mine.id,
            title=draft.title,
            folder=draft.folder or mine.folder,
            tags=draft.tags or mine.tags,
            why=draft.why or mine.why,
        )


class _Known:
    """The library's prompts, hidden ones too, by what a prompt of a file is recognised by."""

    def __init__(self, library: PromptLibrary) -> None:
        prompts = [hit.prompt for hit in library.list(PromptQuery(hidden=True, limit=-1))]
        self._by_key = {prompt.key: prompt for prompt in prompts}
        self._by_content = {prompt.content: prompt for prompt in prompts}
        self._by_title = {prompt.title.casefold(): prompt for prompt in prompts}

    def same(self, draft: PromptDraft) -> Prompt | None:
        """One that says the same."""
        prompt = self._by_key.get(draft.key)
        if prompt is not None:
            return prompt if draft_of(prompt) == draft else None
        return self._by_content.get(draft.content)

    def alike(self, draft: PromptDraft) -> Prompt | None:
        """One of the same key or title."""
        return self._by_key.get(draft.key) or self._by_title.get(draft.title.casefold())


def _linked(draft: PromptDraft, keys: Mapping[str, str]) -> PromptDraft:
    """The draft, its chain going on with the prompt that the next one became."""
    link = draft.content.then
    if link is None or link.prompt not in keys:
        return draft
    then = replace(link, prompt=keys[link.prompt])
    return replace(draft, content=replace(draft.content, then=then))
