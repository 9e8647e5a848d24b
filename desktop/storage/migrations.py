"""The schema of the database, as the steps that lead to it.

Append-only: a step that has been released is never edited, because databases in the world have
already taken it. A new step goes to the end; `tests/storage/test_migrations.py` takes a database of
the oldest schema through all of them.
"""

from __future__ import annotations

from desktop.storage import (
    schema_comparisons,
    schema_conversations,
    schema_jobs,
    schema_models,
    schema_prompts,
    schema_tasks,
    schema_votes,
)
from desktop.storage.sqlite import Connection, Migrations

_STEPS = (
    schema_conversations.m001_conversations,
    schema_models.m002_models_and_presets,
    schema_conversations.m003_search,
    schema_models.m004_models_from_elsewhere,
    schema_jobs.m005_jobs,
    schema_comparisons.m006_comparisons,
    schema_models.m007_what_a_download_brought,
    schema_tasks.m008_task_sets,
    schema_votes.m009_votes,
    schema_prompts.m010_prompts,
    schema_prompts.m011_prompt_runs,
    schema_tasks.m012_deleted_task_sets,
)

MIGRATIONS = Migrations("quern")
for _step in _STEPS:
    MIGRATIONS()(_step)

SCHEMA_VERSION = len(_STEPS)  # kept in the database as `user_version`


def rebuild_search(db: Connection) -> None:
    """Make the search indexes anew from the tables."""
    for index in ("message_search", "title_search", "prompt_search"):
        db.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608
