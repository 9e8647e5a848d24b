"""The database: the only importer of sqlite_utils."""
