"""Numbers of things in words, where no window translates them."""

from __future__ import annotations


def how_many(number: int, thing: str) -> str:
    """ "1 chunk" or "2,048 tokens"; `thing` takes an s where it is not one."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
