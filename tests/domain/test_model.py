from __future__ import annotations

from desktop.domain.model import MemoryEstimate


def test_an_estimate_adds_up_and_says_whether_it_fits() -> None:
    estimate = MemoryEstimate(
        weights=100, kv_cache=20, compute=5, overhead=3, context=256, available=128
    )
    assert estimate.total == 128
    assert estimate.fits
    assert not MemoryEstimate(100, 20, 5, 4, 256, 128).fits
