"""How much memory this process takes."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil


def peak_memory() -> int:
    """Bytes of main memory this process took at most, mapped files included."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    if sys.platform == "linux":
        # getrusage would count what the parent had when it started this process.
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS
