"""Prompts and their versions, kept in the database."""

from __future__ import annotations

import builtins
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import (
    Prompt,
    PromptContent,
    PromptDraft,
    PromptHit,
    PromptQuery,
    PromptVersion,
)
from desktop.storage.database import Database
from desktop.storage.prompt_rows import (
    SELECT_VERSION,
    by_key,
    content_to_text,
    free_key,
    required,
    tags_to_text,
    version_of,
)
from desktop.storage.rows import storable
from desktop.storage.search import MATCH_START, Excerpts, match_expression
from desktop.storage.sqlite import Connection

_WANTED = """
    p.deleted_at IS NULL AND (:hidden OR NOT p.hidden) AND (:favourites = 0 OR p.favourite)
    AND (:folder = '' OR p.folder = :folder
        OR substr(p.folder, 1, length(:folder) + 1) = :folder || '/')
    AND (:tag = '' OR instr(char(10) || p.tags || char(10), char(10) || :tag || char(10)))
"""
_ALL = f"""
    SELECT p.id FROM prompts p WHERE {_WANTED}
    ORDER BY p.favourite DESC, p.used_at DESC, p.title COLLATE NOCASE, p.id LIMIT :limit
"""  # noqa: S608
# The weights are those of title, tags, text, system prompt and why.
_FOUND = f"""
    SELECT p.id FROM prompt_search JOIN prompts p ON p.id = prompt_search.rowid
    WHERE prompt_search MATCH :match AND {_WANTED}
    ORDER BY bm25(prompt_search, 10, 4, 1, 1, 2), p.id LIMIT :limit
"""  # noqa: S608
_LOOKED_AT = 2000  # characters of each text that an excerpt is looked for in


class StoredPrompts:
    """Every method is one transaction, may be called from any thread, and raises StorageFault
    when the database cannot be used, InvalidInput when what it is asked about is not there.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    # --- looking ----------------------------------------------------------------------------

    def list(self, query: PromptQuery) -> builtins.list[PromptHit]:
        """The best matches first; without a text favourites and what was last used."""
        text = storable(query.text)
        match = match_expression(text)
        if text.strip() and not match:
            return []
        values = {
            "match": match,
            "folder": storable(query.folder),
            "tag": storable(query.tag),
            "favourites": query.favourites,
            "hidden": query.hidden,
            "limit": query.limit,
        }
        if not match:
            del values["match"]
        with self._database.reading() as db:
            ids = [row[0] for row in db.execute(_FOUND if match else _ALL, values)]
            prompts = [required(db, prompt_id) for prompt_id in ids]
        if not match:
            return [PromptHit(prompt) for prompt in prompts]
        excerpts = Excerpts(text)
        return [
            PromptHit(prompt, _excerpt(prompt, excerpts), _marked(prompt.title, excerpts))
            for prompt in prompts
        ]

    def get(self, prompt_id: int) -> Prompt:
        with self._database.reading() as db:
            return required(db, prompt_id)

    def by_key(self, key: str) -> Prompt | None:
        """None when no prompt has it, or only a deleted one."""
        with self._database.reading() as db:
            return by_key(db, storable(key))

    def titled(self, title: str) -> builtins.list[Prompt]:
        """Those of this title, in whatever case."""
        with self._database.reading() as db:
            rows = db.execute("SELECT id, title FROM prompts WHERE deleted_at IS NULL").fetchall()
            wanted = storable(title).casefold()
            return [required(db, row[0]) for row in rows if row[1].casefold() == wanted]

    def versions(self, prompt_id: int) -> builtins.list[PromptVersion]:
        """Newest first."""
        with self._database.reading() as db:
            required(db, prompt_id)
            rows = db.execute(
                f"{SELECT_VERSION} WHERE prompt_id = ? ORDER BY number DESC", [prompt_id]
            ).fetchall()
        return [version_of(row) for row in rows]

    def version(self, version_id: int) -> PromptVersion:
        """Also one of a deleted prompt: an answer that it made still says so."""
        with self._database.reading() as db:
            row = db.execute(f"{SELECT_VERSION} WHERE id = ?", [version_id]).fetchone()
        if row is None:
            raise InvalidInput("This version of the prompt is no longer there.")
        return version_of(row)

    def folders(self) -> builtins.list[str]:
        """Those that hold a prompt which is not hidden, by name."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT folder FROM prompts"
                " WHERE deleted_at IS NULL AND NOT hidden AND folder <> ''"
            ).fetchall()
        return sorted((row[0] for row in rows), key=str.casefold)

    def tags(self) -> builtins.list[tuple[str, int]]:
        """Each tag with how many prompts that are not hidden have it, the commonest first."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT tags FROM prompts WHERE deleted_at IS NULL AND NOT hidden AND tags <> ''"
            ).fetchall()
        counts = Counter(tag for row in rows for tag in row[0].split("\n"))
        return sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold()))

    def ids(self) -> set[int]:
        """Of all there are; deleted ones count until they are purged."""
        with self._database.reading() as db:
            return {row[0] for row in db.execute("SELECT id FROM prompts WHERE created_at > 0")}

    def builtin_keys(self) -> set[str]:
        """Keys that prompts of ours have or had: deleted ones count."""
        with self._database.reading() as db:
            return {row[0] for row in db.execute("SELECT key FROM prompts WHERE builtin")}

    def free_key(self, title: str, taken: Collection[str] = ()) -> str:
        """A key made of the title that no prompt has or had, and that is not among `taken`."""
        with self._database.reading() as db:
            return free_key(db, storable(title), taken)

    # --- writing ----------------------------------------------------------------------------

    def together(self) -> AbstractContextManager[object]:
        """All that is written inside is kept, or nothing."""
        return self._database.writing()

    def add(self, draft: PromptDraft, note: str = "", *, builtin: bool = False) -> Prompt:
        """Raises: InvalidInput when the key is another prompt's."""
        with self._database.writing() as db:
            key = storable(draft.key) or free_key(db, storable(draft.title))
            if by_key(db, key) is not None:
                raise InvalidInput(f"There is a prompt with the key “{key}” already.")
            now = self._clock()
            cursor = db.execute(
                "INSERT INTO prompts (key, title, folder, tags, why, favourite, hidden, builtin,"
                " changed, created_at, updated_at, used_at)"
                " VALUES (?, ?, ?, ?, ?, 0, 0, ?, 0, ?, ?, 0)",
                [
                    *(key, storable(draft.title), storable(draft.folder)),
                    *(tags_to_text(draft.tags), storable(draft.why), int(builtin), now, now),
                ],
            )
            prompt_id = int(cursor.lastrowid or 0)
            self._add_version(db, prompt_id, 1, draft.content, note)
            return required(db, prompt_id)

    def save(
        self, prompt_id: int, content: PromptContent, note: str = "", *, update: bool = False
    ) -> Prompt:
        """Keep `content` as the newest version; the same content again makes none.

        `update`: a newer Quern brings it, so that it is no change of the person's.
        """
        with self._database.writing() as db:
            prompt = required(db, prompt_id)
            if content_to_text(content) == content_to_text(prompt.content):
                return prompt
            self._add_version(db, prompt_id, prompt.version + 1, content, note)
            if not update:
                db.execute("UPDATE prompts SET changed = builtin WHERE id = ?", [prompt_id])
            return required(db, prompt_id)

    def describe(self, prompt_id: int, draft: PromptDraft, *, update: bool = False) -> Prompt:
        """Give it title, folder, tags and why of `draft`, which makes no version.

        `update`: as in `save`.
        """
        with self._database.writing() as db:
            before = required(db, prompt_id)
            db.execute(
                "UPDATE prompts SET title = ?, folder = ?, tags = ?, why = ? WHERE id = ?",
                [
                    *(storable(draft.title), storable(draft.folder)),
                    *(tags_to_text(draft.tags), storable(draft.why), prompt_id),
                ],
            )
            if required(db, prompt_id) == before:
                return before
            db.execute(
                "UPDATE prompts SET updated_at = ?, changed = iif(?, changed, builtin)"
                " WHERE id = ?",
                [self._clock(), update, prompt_id],
            )
            return required(db, prompt_id)

    def set_favourite(self, prompt_id: int, on: bool) -> None:
        self._set(prompt_id, "favourite", int(on))

    def set_hidden(self, prompt_id: int, on: bool) -> None:
        self._set(prompt_id, "hidden", int(on))

    def used(self, prompt_id: int) -> None:
        """It was filled in and sent just now."""
        self._set(prompt_id, "used_at", self._clock())

    def delete(self, prompt_id: int) -> None:
        """Hide it from everything. `undelete` brings it back until `purge_deleted` removes it."""
        self._set(prompt_id, "deleted_at", self._clock())

    def undelete(self, prompt_id: int) -> Prompt:
        """It gets another key when its own was given away meanwhile."""
        with self._database.writing() as db:
            row = db.execute("SELECT key FROM prompts WHERE id = ?", [prompt_id]).fetchone()
            if row is None:
                raise InvalidInput("This prompt is no longer there.")
            other = by_key(db, row[0])
            key = row[0] if other is None or other.id == prompt_id else free_key(db, row[0])
            db.execute(
                "UPDATE prompts SET deleted_at = NULL, key = ? WHERE id = ?", [key, prompt_id]
            )
            return required(db, prompt_id)

    def purge_deleted(self, older_than_seconds: float) -> int:
        """Remove for good what was deleted that long ago. Returns: how many prompts.

        Of our own their keys stay, in rows that were created at 0 and hold nothing else: otherwise
        the next start would bring them back.
        """
        with self._database.writing() as db:
            purged = db.execute(
                "DELETE FROM prompts WHERE deleted_at <= ? AND created_at > 0"
                " RETURNING key, builtin",
                [self._clock() - older_than_seconds],
            ).fetchall()
            for key, builtin in purged:
                if builtin:
                    self._keep_key(db, key)
            return len(purged)

    # --- inside -----------------------------------------------------------------------------

    def _keep_key(self, db: Connection, key: str) -> None:
        """Of a prompt of ours that is not to come again."""
        cursor = db.execute(
            "INSERT INTO prompts (key, title, folder, tags, why, favourite, hidden, builtin,"
            " changed, created_at, updated_at, used_at, deleted_at)"
            " VALUES (?, '', '', '', '', 0, 0, 1, 0, 0, 0, 0, 0)",
            [key],
        )
        self._add_version(db, int(cursor.lastrowid or 0), 1, PromptContent(""), "")

    def _add_version(
        self, db: Connection, prompt_id: int, number: int, content: PromptContent, note: str
    ) -> None:
        now = self._clock()
        cursor = db.execute(
            "INSERT INTO prompt_versions (prompt_id, number, content, note, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [prompt_id, number, content_to_text(content), storable(note), now],
        )
        db.execute(
            "UPDATE prompts SET version_id = ?, updated_at = ? WHERE id = ?",
            [cursor.lastrowid, now, prompt_id],
        )

    def _set(self, prompt_id: int, column: str, value: float) -> None:
        with self._database.writing() as db:
            required(db, prompt_id)
            db.execute(
                f"UPDATE prompts SET {column} = ? WHERE id = ?",  # noqa: S608
                [value, prompt_id],
            )


def _marked(title: str, excerpts: Excerpts) -> str:
    """The title with the words found in it marked, or ""."""
    marked = excerpts.of(title)
    return marked if MATCH_START in marked else ""


def _excerpt(prompt: Prompt, excerpts: Excerpts) -> str:
    """Where the words were found; the beginning of the text when that was the title or a tag."""
    first = ""
    for text in (prompt.content.text, prompt.content.system_prompt, prompt.why):
        excerpt = excerpts.of(text[:_LOOKED_AT])
        if MATCH_START in excerpt:
            return excerpt
        first = first or excerpt
    return first
