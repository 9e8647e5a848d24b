"""What is said about the machine."""

from __future__ import annotations

import platform
import sys
from dataclasses import replace

import pytest

from desktop.core import machine
from desktop.core.machine import machine_facts, processor_name, total_memory
from desktop.domain.model import Device
from desktop.engine.protocol import HelloReply


def hello(*devices: Device) -> HelloReply:
    return HelloReply(id=1, protocol=1, engine="0.3", build="b1", devices=devices, physical_cores=4)


def test_there_is_a_processor_and_memory() -> None:
    assert processor_name()
    assert total_memory() > 10**8


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file")
def test_the_processor_is_called_what_the_kernel_calls_it(tmp_path, monkeypatch) -> None:
    information = tmp_path / "cpuinfo"
    monkeypatch.setattr(machine, "Path", lambda _: information)
    assert processor_name() == (platform.processor() or platform.machine())
    information.write_text("processor\t: 0\nmodel name\t: Stone 9000\nmodel name\t: Stone 9000\n")
    assert processor_name() == "Stone 9000"


def test_the_facts_name_versions_and_hardware() -> None:
    facts = machine_facts(hello(Device("CPU", "Some CPU", "cpu", 1, 2)))
    assert facts["llama.cpp"] == "b1"
    assert facts["llama-cpp-python"] == "0.3"
    assert "4 cores" in facts["Processor"]
    assert facts["Memory"].endswith("GB")
    assert "Graphics" not in facts and "CPU variant" not in facts
    assert machine_facts(replace(hello(), cpu_variant="zen4"))["CPU variant"] == "zen4"


def test_a_graphics_card_is_named() -> None:
    assert machine_facts(hello(Device("GPU0", "A card", "gpu", 1, 2)))["Graphics"] == "A card"
