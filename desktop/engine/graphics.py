"""Graphics processors: which may be used, and how many layers of a model they hold.

llama.cpp puts the last layers there first, the output before all; with n layers these are the
output and the last n - 1 blocks. What a layer takes is known: its tensors, and its share of the KV
cache. The buffers to compute in are needed once, however many layers there are.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from desktop.domain.model import AS_MANY_AS_FIT, Device, LoadConfig, MemoryEstimate, ModelInfo
from desktop.engine.child import EXCLUDED_DEVICES
from desktop.engine.native import device_handle, devices

MARGIN = 256 << 20  # bytes of each device left to its driver and to what is on the screen
SHARE = 0.95  # of what is free then; another program may take some meanwhile

_BLOCK = re.compile(r"blk\.(\d+)\.")


def allowed_devices() -> tuple[Device, ...]:
    """The graphics processors that whoever started this process did not exclude."""
    excluded = os.environ.get(EXCLUDED_DEVICES, "").split(",")
    return tuple(d for d in devices() if d.is_graphics and d.name not in excluded)


def handles(allowed: Sequence[Device]) -> Any:
    """Devices as llama.cpp takes them: ended by a null pointer. Keep the array referenced."""
    pointers = [device_handle(device.name) for device in allowed]
    return (ctypes.c_void_p * (len(pointers) + 1))(*pointers, None)


def place(
    config: LoadConfig, info: ModelInfo, estimate: MemoryEstimate, allowed: Sequence[Device]
) -> LoadConfig:
    """`config` with the number of layers that `allowed` devices are to hold.

    Args:
        estimate: of the whole model with this configuration.
    """
    most = info.block_count + 1
    if not allowed:
        return replace(config, gpu_layers=0)
    if config.gpu_layers != AS_MANY_AS_FIT:
        return replace(config, gpu_layers=min(config.gpu_layers, most))
    room = sum(max(device.memory_free - MARGIN, 0) for device in allowed)
    return replace(config, gpu_layers=fitting_layers(info, estimate, int(room * SHARE)))


def fitting_layers(info: ModelInfo, estimate: MemoryEstimate, room: int) -> int:
    """How many layers fit into `room` bytes, from 0 to `info.block_count` + 1."""
    blocks = [0] * info.block_count
    output = embedding = 0
    for tensor in info.tensors:
        found = _BLOCK.match(tensor.name)
        if found and int(found[1]) < len(blocks):
            blocks[int(found[1])] += tensor.size
        elif tensor.name.startswith("output"):
            output += tensor.size
        elif tensor.name == "token_embd.weight":
            embedding = tensor.size
    if not any(tensor.name == "output.weight" for tensor in info.tensors):
        output += embedding  # the same matrix once more, where the output is
    cache = estimate.kv_cache // max(info.block_count, 1)
    taken = estimate.compute + output
    layers = 0
    while taken <= room and layers <= info.block_count:
        layers += 1
        if layers <= info.block_count:
            taken += blocks[-layers] + cache
    return layers
