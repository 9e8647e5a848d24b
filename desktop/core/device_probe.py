"""Whether a graphics processor works: tried with the starter model, in a child that does nothing
else. A driver may crash whatever uses it, so nothing of value is there when it is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.answering import AnsweringModels
from desktop.core.job_control import JobControl
from desktop.domain.conversation import Role
from desktop.domain.errors import Cancelled, EngineDied, QuernError
from desktop.domain.model import Device, LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.protocol import ChatTurn

TOKENS = 4
ALL_LAYERS = 10_000


@dataclass(frozen=True, slots=True)
class DeviceProbe:
    """What became of trying a device. `problem` is "" when it works."""

    device: str
    problem: str
    tokens_per_second: float = 0.0


class DeviceProber:
    """Blocking calls.

    Args:
        make_engine: builds an engine that leaves out the devices given by name.
        model: small and known to work.
    """

    def __init__(self, make_engine: Callable[[Sequence[str]], Engine], model: Path) -> None:
        self._make_engine = make_engine
        self._model = model

    def probe(self, device: Device, devices: Sequence[Device], control: JobControl) -> DeviceProbe:
        """Try `device` alone, of all `devices`. Raises: Cancelled."""
        others = [one.name for one in devices if one.is_graphics and one.name != device.name]
        models = AnsweringModels(lambda: self._make_engine(others))
        config = LoadConfig(context=256, gpu_layers=ALL_LAYERS)
        question = [ChatTurn(Role.USER, "Hello")]
        try:
            with models.opened(self._model, config, control) as model:
                if not model.loaded.config.gpu_layers:
                    return DeviceProbe(device.name, "It has no room for a model of 10 MB.")
                answer = model.answer(
                    question, SamplerSettings(temperature=0, seed=1, max_tokens=TOKENS), control
                )
        except Cancelled:
            raise
        except EngineDied as death:
            return DeviceProbe(device.name, f"Its driver ended the engine. {death.message}")
        except QuernError as error:
            return DeviceProbe(device.name, error.message)
        return DeviceProbe(device.name, "", answer.tokens_per_second)
