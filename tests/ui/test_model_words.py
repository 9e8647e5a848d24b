from dataclasses import replace

import pytest

from desktop.domain.hub import Fit
from desktop.domain.model import MemoryEstimate
from desktop.ui.model_words import breakdown, fit_words, fits_words, verdict

GB = 1_000_000_000
FITS = MemoryEstimate(2 * GB, GB, 0, 100_000_000, 4096, 5 * GB)


def fits(*spare: float) -> list[Fit]:
    contexts = (4096, 8192, 32768)
    return [
        Fit(context, 10 * GB, round((10 + by) * GB))
        for context, by in zip(contexts, spare, strict=False)
    ]


@pytest.mark.parametrize(
    ("spare", "words"),
    [
        ((4, 3.5, 2.1), "fits with 2.1 GB to spare"),
        ((4, 0, -1), "fits with 8k context"),
        ((0.1, -1, -5), "fits with 4k context"),
        ((-3, -4, -5), "too big by 3.0 GB"),
        ((0,), "fits with 0 bytes to spare"),  # trained for a short context only
    ],
)
def test_whether_a_level_fits(qapp, spare, words):
    assert fits_words(fits(*spare)) == words


def test_one_context(qapp):
    assert fit_words(Fit(4096, GB, 3 * GB)) == "fits with 2.0 GB to spare"
    assert fit_words(Fit(4096, 3 * GB, GB)) == "too big by 2.0 GB"


def test_the_verdict_names_what_would_fit(qapp):
    assert verdict(FITS) == "Fits, with 1.9 GB to spare."
    tight = replace(FITS, available=2 * GB + GB // 2)
    assert verdict(tight) == "Too big by 600.0 MB. With a context of 1536 it would fit."
    hopeless = replace(FITS, available=GB)
    assert verdict(hopeless) == "Too big by 2.1 GB. A smaller quantization level of it may fit."


def test_the_breakdown_leaves_out_what_takes_nothing(qapp):
    assert breakdown(FITS) == (
        "Takes 3.1 GB (weights 2.0 GB, context 1.0 GB, the rest 100.0 MB); 5.0 GB are free."
    )
