"""Full-text search over titles and messages: functions over an open transaction."""

from __future__ import annotations

from desktop.domain.conversation import SearchHit
from desktop.storage.rows import CONVERSATION_COLUMNS, conversation_of
from desktop.storage.search import Excerpts, match_expression
from desktop.storage.sqlite import Connection

# A word that is everywhere must not make us look at everything: the newest matches are enough.
_NEWEST = 5000

_TITLES = """
    SELECT c.id, c.title FROM title_search JOIN conversations c ON c.id = title_search.rowid
    WHERE title_search MATCH :match AND c.deleted_at IS NULL
    ORDER BY c.updated_at DESC LIMIT :limit
"""

_MESSAGES = f"""
    SELECT m.conversation_id, max(m.id)
    FROM (SELECT rowid FROM message_search WHERE message_search MATCH :match
          ORDER BY rowid DESC LIMIT {_NEWEST}) AS found
    JOIN messages m ON m.id = found.rowid
    JOIN conversations c ON c.id = m.conversation_id
    WHERE c.deleted_at IS NULL
    GROUP BY m.conversation_id ORDER BY max(m.id) DESC LIMIT :limit
"""  # noqa: S608


def find(db: Connection, query: str, limit: int) -> list[SearchHit]:
    """At most `limit` conversations, one hit each: first those whose title matches, then by the
    newest message that does. (Ranking by bm25 instead takes FTS5 several times as long, and people
    mostly look for something recent.)
    """
    match = match_expression(query)
    if not match:
        return []
    values = {"match": match, "limit": limit}
    titles: dict[int, str] = dict(db.execute(_TITLES, values).fetchall())
    messages: dict[int, int] = dict(db.execute(_MESSAGES, values).fetchall())
    excerpts = Excerpts(query)
    hits = []
    for conversation_id in list(titles | messages)[:limit]:
        message_id = messages.get(conversation_id)
        text = titles.get(conversation_id, "")
        if message_id is not None:
            (text,) = db.execute("SELECT text FROM messages WHERE id = ?", [message_id]).fetchone()
        row = db.execute(
            f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE id = ?",  # noqa: S608
            [conversation_id],
        ).fetchone()
        hits.append(SearchHit(conversation_of(row), message_id, excerpts.of(text)))
    return hits
