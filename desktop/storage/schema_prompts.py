"""Tables of the prompt library."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


def m010_prompts(db: Connection) -> None:
    """Prompts and their versions."""
    del db


def m011_prompt_runs(db: Connection) -> None:
    """Cases of prompts, and what runs made of them."""
    del db
