"""Checksums of large files.

OpenSSL computes them several times faster than Python itself, but takes 3 MB of memory from the
moment it is loaded, which the first import of hashlib does. The window keeps it out at its start
(`gui.py`); here it is loaded, when there is a large file.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash as Digest


def sha256() -> Digest:
    """Of what will be given to it."""
    try:
        from _hashlib import openssl_sha256
    except ImportError:  # a Python without OpenSSL
        return hashlib.sha256()
    made: Digest = openssl_sha256(usedforsecurity=False)
    return made


def sha1(begin: bytes) -> Digest:
    """Of what follows `begin`; for git, not for security."""
    try:
        from _hashlib import openssl_sha1
    except ImportError:
        return hashlib.sha1(begin, usedforsecurity=False)
    made: Digest = openssl_sha1(begin, usedforsecurity=False)
    return made
