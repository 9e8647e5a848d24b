"""Look whether a backend's library computes where there is a device, and is absent where not.

    check.py vulkan|cuda [WORKER...]

WORKER is the command of an engine child, usually dist/quern/quern-worker. Vulkan needs no graphics
processor: Mesa's lavapipe (Debian's mesa-vulkan-drivers) is a device that computes on the
processor. CUDA has none of the kind, so without NVIDIA's driver only its absence is looked at.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.conversation import Role
from desktop.domain.model import LoadConfig
from desktop.domain.paths import starter_model_path
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.protocol import (
    ChatTurn,
    Event,
    Generate,
    Generated,
    Hello,
    HelloReply,
    Load,
    Loaded,
    TextChunk,
)

WORKER = ("dist/quern/quern-worker",)
QUESTION, ANSWER = "What is the capital of France?", "Paris"


@dataclass(frozen=True, slots=True)
class Case:
    """One way to start an engine.

    Attributes:
        environment: what it gets beside this process's own.
        without: devices that are switched off.
        on_device: whether layers are to be there, and not on the processor alone.
    """

    title: str
    environment: Mapping[str, str]
    without: tuple[str, ...] = ()
    on_device: bool = False


def vulkan_cases() -> list[Case]:
    """With lavapipe, which ggml leaves out until it is named, and with no driver at all."""
    drivers = sorted(Path("/usr/share/vulkan/icd.d").glob("lvp_icd*.json"))
    if not drivers:
        raise SystemExit(
            "There is no lavapipe here. On Debian: apt-get install mesa-vulkan-drivers"
        )
    here = {"VK_DRIVER_FILES": str(drivers[0]), "GGML_VK_VISIBLE_DEVICES": "0"}
    return [
        Case("without a driver", {"VK_DRIVER_FILES": "/nonexistent"}),
        Case("with a device", here, on_device=True),
        Case("with the device switched off", here, without=("Vulkan0",)),
    ]


def cuda_cases() -> list[Case]:
    """With what is here: without NVIDIA's driver there is only one case."""
    cases = [Case("without a device", {"CUDA_VISIBLE_DEVICES": ""})]
    if Path("/dev/nvidia0").exists():
        cases.append(Case("with a device", {}, on_device=True))
        cases.append(Case("with the device switched off", {}, without=("CUDA0",)))
    else:
        print("There is no driver of NVIDIA here, so nothing is computed on a device.")
    return cases


def ask(worker: Sequence[str], case: Case) -> tuple[list[str], int, str]:
    """The names of the graphics processors, how many layers they hold, and the answer."""
    said: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, TextChunk):
            said.append(event.text)

    os.environ.update(case.environment)
    try:
        with closing(Engine(tuple(worker), excluded_devices=case.without)) as engine:
            engine.start()
            hello = engine.call(lambda number: Hello(id=number), HelloReply)
            model = engine.call(
                lambda number: Load(id=number, path=starter_model_path(), config=LoadConfig()),
                Loaded,
            ).model
            engine.call(
                lambda number: Generate(
                    id=number,
                    messages=(ChatTurn(Role.USER, QUESTION),),
                    sampler=SamplerSettings(temperature=0, max_tokens=30),
                ),
                Generated,
                listen,
            )
    finally:
        for name in case.environment:
            del os.environ[name]
    names = [device.name for device in hello.devices if device.is_graphics]
    return names, model.config.gpu_layers, "".join(said)


def main(words: Sequence[str]) -> int:
    """Go through the cases. Returns 0 when each came out as it should, else 1."""
    cases = {"vulkan": vulkan_cases, "cuda": cuda_cases}[words[0]]()
    worker = words[1:] or WORKER
    passed = True
    for case in cases:
        names, layers, answer = ask(worker, case)
        good = ANSWER in answer and (layers > 0) == case.on_device
        passed = passed and good
        shown = f"devices {', '.join(names) or 'none'}; layers {layers}; {answer.strip()!r}"
        print(f"{'ok  ' if good else 'FAIL'} {case.title}: {shown}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
