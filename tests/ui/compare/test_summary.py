from __future__ import annotations

import pytest

from desktop.ui.compare.summary import summary, too_short
from desktop.ui.widgets.readiness import Readiness
from tests.helpers.comparison_data import library
from tests.helpers.quantize_page_data import estimates

LEVELS = {estimate.level: estimate for estimate in estimates()}
Q8 = library()[1].info


@pytest.fixture(autouse=True)
def _qt(qapp):
    """Numbers are written as the application's locale says."""


def say(*levels: str, files=(), **more: object):
    values: dict[str, object] = {
        "has_imatrix": False, "free": 10**12, "chunks": 140, "seconds": 600.0
    } | more  # fmt: skip
    return summary([LEVELS[name] for name in levels], files, **values)  # type: ignore[arg-type]


def test_what_will_happen_is_said():
    found = say("Q4_K_M", "Q6_K", files=[Q8])
    assert found.readiness is Readiness.READY
    assert found.sentence == (
        "Compares 3 levels. Makes 2 files, 11.5 GB in all. Takes about 10 min, or less."
    )
    assert say("Q4_K_M").sentence.startswith("Compares 1 level. Makes 1 file, 4.9 GB.")
    assert "Makes" not in say(files=[Q8]).sentence


def test_what_is_not_known_yet_does_not_hold_it_up():
    found = say("Q4_K_M", free=None, chunks=None, seconds=None)
    assert found.readiness is Readiness.READY
    assert found.sentence == "Compares 1 level. Makes 1 file, 4.9 GB."


def test_something_must_be_chosen():
    assert say().readiness is Readiness.LACKING


def test_what_needs_an_importance_matrix_waits_for_one():
    found = say("IQ2_M", "Q4_K_M")
    assert found.readiness is Readiness.LACKING
    assert found.sentence.startswith("IQ2_M cannot be made")
    assert say("IQ2_M", has_imatrix=True).readiness is Readiness.READY


def test_the_files_must_fit():
    found = say("Q4_K_M", free=10**9)
    assert found.readiness is Readiness.IMPOSSIBLE
    assert "4.9 GB, but only 1.0 GB" in found.sentence
    assert say(files=[Q8], free=0).readiness is Readiness.READY


def test_the_text_must_be_long_enough():
    assert say("Q4_K_M", chunks=3).readiness is Readiness.IMPOSSIBLE
    assert say("Q4_K_M", chunks=4).readiness is Readiness.READY
    assert too_short(3)
    assert not too_short(4)
