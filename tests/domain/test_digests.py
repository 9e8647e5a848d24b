"""Checksums of large files."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from desktop.domain import digests

DATA = b"what a hub keeps" * 1000


def test_they_are_the_same_as_pythons_own(monkeypatch) -> None:
    wanted = hashlib.sha256(DATA).hexdigest(), hashlib.sha1(b"blob" + DATA).hexdigest()
    for _ in range(2):
        one, two = digests.sha256(), digests.sha1(b"blob")
        one.update(DATA)
        two.update(DATA)
        assert (one.hexdigest(), two.hexdigest()) == wanted
        monkeypatch.setitem(sys.modules, "_hashlib", None)  # as where there is no OpenSSL


def test_the_window_starts_without_openssl_and_can_still_use_it() -> None:
    program = (
        "import sys, desktop.gui, hashlib, secrets\n"
        "assert '_hashlib' not in sys.modules\n"
        "assert len(hashlib.sha256(b'x').hexdigest()) == 64 and len(secrets.token_hex(8)) == 16\n"
        "from desktop.domain import digests\n"
        "digests.sha256()\n"
        "assert '_hashlib' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
