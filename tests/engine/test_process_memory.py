from __future__ import annotations

from desktop.engine.process_memory import peak_memory


def test_the_peak_keeps_what_was_given_back() -> None:
    block = bytearray(256 << 20)
    block[::4096] = b"x" * len(block[::4096])
    del block
    assert peak_memory() >= 256 << 20
