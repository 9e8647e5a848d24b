"""What the console of Windows is asked for; the system is a stand-in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from desktop.cli.windows_console import obey_escapes

STDOUT, STDERR = -11, -12


class System:
    """The functions of kernel32, for handles of which some are consoles, by their modes."""

    def __init__(self, handles: dict[int, int], modes: dict[int, int]) -> None:
        self.modes = modes
        self.GetStdHandle = self._function(lambda stream: handles[stream])
        self.GetConsoleMode = self._function(self._get_mode)
        self.SetConsoleMode = self._function(self._set_mode)

    def _function(self, act: Any) -> Any:
        class Function(SimpleNamespace):
            def __call__(self, *arguments: Any) -> Any:
                return act(*arguments)

        return Function()

    def _get_mode(self, handle: Any, mode: Any) -> int:
        if handle.value not in self.modes:
            return 0
        mode._obj.value = self.modes[handle.value]
        return 1

    def _set_mode(self, handle: Any, mode: int) -> int:
        self.modes[handle.value] = mode
        return 1


def test_a_console_is_asked_and_keeps_what_else_it_does() -> None:
    system = System({STDOUT: 7, STDERR: 8}, {7: 0b011, 8: 0b001})
    obey_escapes(system)
    assert system.modes == {7: 0b111, 8: 0b101}


def test_a_pipe_is_left_alone() -> None:
    system = System({STDOUT: 2**40 + 7, STDERR: 8}, {8: 0})
    obey_escapes(system)
    assert system.modes == {8: 0b100}
