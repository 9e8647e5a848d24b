"""What an engine is about, as the parent sees it, and how requests and replies change that."""

from __future__ import annotations

from enum import StrEnum

from desktop.engine.protocol import Generate, Hello, Load, Loaded, Reply, Request, Unload


class EngineState(StrEnum):
    """The one state of an engine."""

    STARTING = "starting"
    IDLE = "idle"
    LOADING = "loading"
    READY = "ready"
    GENERATING = "generating"
    CLOSED = "closed"
    DIED = "died"


def after_request(request: Request) -> EngineState | None:
    """The state once `request` is sent; None where that changes nothing."""
    match request:
        case Load():
            return EngineState.LOADING
        case Generate():
            return EngineState.GENERATING
    return None


def after_reply(state: EngineState, request: Request, reply: Reply) -> EngineState | None:
    """The state once `request` has ended with `reply`; None where that changes nothing."""
    match request:
        case Hello() if state is EngineState.STARTING:
            return EngineState.IDLE
        case Load():
            return EngineState.READY if isinstance(reply, Loaded) else EngineState.IDLE
        case Unload():
            return EngineState.IDLE
        case Generate():
            return EngineState.READY
    return None
