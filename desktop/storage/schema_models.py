"""Tables of what is known of model files, of downloads, and of sampler presets."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


def m002_models_and_presets(db: Connection) -> None:
    """Model files a person added, what their headers said, and sampler presets of one's own."""
    db.execute(
        """
        CREATE TABLE known_models (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            path TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            added_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE TABLE model_uses (path TEXT PRIMARY KEY, last_used_at REAL NOT NULL) STRICT")
    db.execute(
        """
        CREATE TABLE model_headers (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            info TEXT NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE sampler_presets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            folded_name TEXT NOT NULL UNIQUE,
            settings TEXT NOT NULL
        ) STRICT
        """
    )


def m004_models_from_elsewhere(db: Connection) -> None:
    """Downloads, the folders models are looked for in, and what is known about a model's file.

    `request` is a DownloadRequest as JSON. Headers and checksums hold as long as size and
    modification time of the file stay the same. Headers, which are only a cache, are kept anew so
    that a list of thousands reads neither metadata nor names of fields.
    """
    db.execute(
        """
        CREATE TABLE downloads (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('queued', 'paused', 'failed', 'done')),
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE TABLE model_folders (path TEXT PRIMARY KEY, added_at REAL NOT NULL) STRICT")
    db.execute("CREATE TABLE hidden_models (path TEXT PRIMARY KEY) STRICT")
    db.execute("DROP TABLE model_headers")
    db.execute(
        """
        CREATE TABLE model_headers (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            facts TEXT NOT NULL,
            chat_template TEXT
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE model_digests (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            sha256 TEXT NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE TABLE expected_digests (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT")
    db.execute("CREATE TABLE model_defaults (path TEXT PRIMARY KEY, defaults TEXT NOT NULL) STRICT")


def m007_what_a_download_brought(db: Connection) -> None:
    """The files that a download has put into its folder, as JSON: cancelling it removes them."""
    db.execute("ALTER TABLE downloads ADD COLUMN brought TEXT NOT NULL DEFAULT '[]'")
