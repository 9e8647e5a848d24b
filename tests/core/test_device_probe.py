"""Trying a graphics processor in a child of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.device_probe import DeviceProber
from desktop.core.job_control import JobControl
from desktop.domain.errors import Cancelled
from desktop.domain.model import Device

CPU = Device("CPU", "A processor", "cpu", 0, 16 << 30)
CARDS = [Device(f"Vulkan{n}", "A card", "gpu", 8 << 30, 8 << 30) for n in range(2)]


def prober(make_engine, model: str, left_out: list | None = None) -> DeviceProber:
    def make(names):
        if left_out is not None:
            left_out.append(tuple(names))
        return make_engine()

    return DeviceProber(make, Path(model))


def test_a_device_that_answers_works_and_was_tried_alone(make_engine) -> None:
    left_out: list[tuple[str, ...]] = []
    found = prober(make_engine, "model.gguf", left_out).probe(CARDS[1], [CPU, *CARDS], JobControl())
    assert (found.device, found.problem) == ("Vulkan1", "")
    assert left_out == [("Vulkan0",)]


@pytest.mark.parametrize(
    ("model", "words"), [("kill.gguf", "Its driver ended the engine."), ("bad.gguf", "")]
)
def test_what_goes_wrong_is_said(make_engine, model: str, words: str) -> None:
    found = prober(make_engine, model).probe(CARDS[0], CARDS, JobControl())
    assert found.problem and found.problem.startswith(words)


def test_it_can_be_cancelled(make_engine) -> None:
    control = JobControl()
    control.cancel()
    with pytest.raises(Cancelled):
        prober(make_engine, "model.gguf").probe(CARDS[0], CARDS, control)
