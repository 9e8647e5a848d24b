"""Full-text search over titles and messages: functions over an open transaction."""

from __future__ import annotations

from sqlite_utils import Database

from desktop.domain.conversation import SearchHit
from desktop.storage.rows import CONVERSATION_COLUMNS, conversation_of
from desktop.storage.search import MATCH_END, MATCH_START, match_expression, readable_excerpt

# bm25 over every match of a common word takes 100 ms at 100,000 messages. Ranking the newest
# matches only is as good to a person, who mostly looks for something recent, and takes 10.
_RANKED = 1000
_EXCERPT_WORDS = 16

_TITLES = f"""
    SELECT c.id, snippet(title_search, 0, :start, :end, '…', {_EXCERPT_WORDS})
    FROM title_search JOIN conversations c ON c.id = title_search.rowid
    WHERE title_search MATCH :match AND c.deleted_at IS NULL
    ORDER BY c.updated_at DESC LIMIT :limit
"""  # noqa: S608

# With a bare column beside min(), SQLite takes it from the row of the minimum: the best message.
_MESSAGES = f"""
    SELECT m.conversation_id, m.id, min(found.rank)
    FROM (SELECT rowid, bm25(message_search) AS rank FROM message_search
          WHERE message_search MATCH :match ORDER BY rowid DESC LIMIT {_RANKED}) AS found
    JOIN messages m ON m.id = found.rowid
    JOIN conversations c ON c.id = m.conversation_id
    WHERE c.deleted_at IS NULL
    GROUP BY m.conversation_id ORDER BY min(found.rank), m.id DESC LIMIT :limit
"""  # noqa: S608

_EXCERPT = f"""
    SELECT snippet(message_search, 0, :start, :end, '…', {_EXCERPT_WORDS})
    FROM message_search WHERE message_search MATCH :match AND rowid = :id
"""  # noqa: S608


def find(db: Database, query: str, limit: int) -> list[SearchHit]:
    """At most `limit` conversations, one hit each: those found by title, then by best message."""
    match = match_expression(query)
    if not match:
        return []
    values = {"match": match, "limit": limit, "start": MATCH_START, "end": MATCH_END}
    titles: dict[int, str] = dict(db.execute(_TITLES, values).fetchall())
    messages: dict[int, int] = {
        conversation_id: message_id
        for conversation_id, message_id, _ in db.execute(_MESSAGES, values).fetchall()
    }
    hits = []
    for conversation_id in list(titles | messages)[:limit]:
        message_id = messages.get(conversation_id)
        excerpt = titles.get(conversation_id, "")
        if message_id is not None:
            (excerpt,) = db.execute(_EXCERPT, values | {"id": message_id}).fetchone()
        row = db.execute(
            f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE id = ?",  # noqa: S608
            [conversation_id],
        ).fetchone()
        hits.append(SearchHit(conversation_of(row), message_id, readable_excerpt(excerpt)))
    return hits
