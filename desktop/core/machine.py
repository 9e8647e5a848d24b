"""What a measurement was made on."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import psutil

from desktop import __version__
from desktop.domain.amounts import how_many
from desktop.engine.protocol import HelloReply


def total_memory() -> int:
    """Bytes of main memory."""
    return int(psutil.virtual_memory().total)


def processor_name() -> str:
    """As the system calls it."""
    if sys.platform == "linux":
        try:
            lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        except OSError:
            lines = []
        for line in lines:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine_facts(engine: HelloReply) -> dict[str, str]:
    """Versions and hardware that numbers depend on, by name."""
    cores = how_many(engine.physical_cores, "core")
    threads = how_many(psutil.cpu_count() or 1, "thread")
    devices = [device.description for device in engine.devices if device.kind != "cpu"]
    return {
        "Quern": __version__,
        "llama.cpp": engine.build,
        "llama-cpp-python": engine.engine,
        **({"CPU variant": engine.cpu_variant} if engine.cpu_variant else {}),
        "Python": platform.python_version(),
        "System": platform.platform(),
        "Processor": f"{processor_name()} ({cores}, {threads})",
        "Memory": f"{total_memory() / 1e9:.1f} GB",
        **({"Graphics": ", ".join(devices)} if devices else {}),
    }
