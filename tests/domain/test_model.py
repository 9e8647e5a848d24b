from __future__ import annotations

from desktop.domain.model import MemoryEstimate


def test_an_estimate_adds_up_and_says_whether_it_fits() -> None:
    estimate = MemoryEstimate(
        weights=100, kv_cache=20, compute=5, overhead=3, context=256, available=128
    )
    assert estimate.total == 128
    assert estimate.fits
    assert not MemoryEstimate(100, 20, 5, 4, 256, 128).fits


def test_a_smaller_context_is_offered_when_it_would_fit() -> None:
    too_big = MemoryEstimate(
        weights=1000, kv_cache=4096, compute=0, overhead=0, context=4096, available=3200
    )
    assert not too_big.fits
    assert too_big.fitting_context == 2048
    hopeless = MemoryEstimate(
        weights=1000, kv_cache=4096, compute=0, overhead=0, context=4096, available=900
    )
    assert hopeless.fitting_context == 0
