"""The front door of the command line: which command, its options, and how it ends.

Exit status: 0 done, 1 failed (one sentence on stderr), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from desktop import __version__
from desktop.domain.errors import QuernError
from desktop.domain.paths import Home

COMMANDS = {
    "chat": "chat with a model, or ask it one question",
    "prompts": "list, show and pass on prompts, or ask a model one",
    "inspect": "say what a model file is and what it needs to run",
    "models": "list the models on this machine, add or remove one",
    "search": "look for models on a hub",
    "download": "fetch a model from a hub, or go on fetching it",
    "convert": "turn a checkpoint folder into a GGUF file",
    "quantize": "make smaller files of a model, or say how big they would be",
    "imatrix": "find out which weights of a model matter most on a text",
    "perplexity": "measure how well a model foresees a text",
    "compare": "say what each level of a model costs, and which to use",
    "tasks": "ask levels of a model questions, and count the right answers",
    "needle": "find out whether levels of a model find a fact in a long text",
    "bench": "measure how fast a model reads and writes",
}
DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

_FULL = (errno.ENOSPC, errno.EDQUOT)

_USAGE = """quern [--home DIR] [FILE.gguf]
       quern [--home DIR] COMMAND ..."""
_DESCRIPTION = "Run local language models, offline. Without a command it opens the window."
_EPILOG = "`quern COMMAND --help` explains a command. MODEL is a file or a name of `quern models`."


def is_for_command_line(words: Sequence[str]) -> bool:
    """False when these arguments open the window: none, or files."""
    if {"-h", "--help", "--version"} & set(words):
        return True
    first = _first_word(words)
    return first is not None and not _is_file(first)


def chat_instead(words: Sequence[str]) -> list[str]:
    """The arguments of a window as those of `quern chat`."""
    return ["chat", *words]


def main(words: Sequence[str]) -> int:
    """Run a command. Returns the exit status."""
    open_streams()
    home = Home.default()
    try:
        options = _parse(words)
        home = Home(Path(options.home).expanduser().absolute()) if options.home else home
        status: int = importlib.import_module(f"desktop.cli.{options.command}").run(options, home)
        sys.stdout.flush()
    except SystemExit as leaving:  # argparse: --help and wrong usage
        return leaving.code if isinstance(leaving.code, int) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()  # the reader (`| head`) has what it wanted
        return DONE
    except QuernError as error:
        from desktop.cli.output import printable  # not for the start of a window

        # It may quote what strangers chose: names of files, of models, of repositories.
        print(printable(f"quern: {error}"), file=sys.stderr)
        return FAILED
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            print("quern: A name is too long for a file. Give a shorter one.", file=sys.stderr)
            return FAILED
        if error.errno not in _FULL:
            return _report_bug(home)
        _drop_output()
        print("quern: The output could not be written: the disk is full.", file=sys.stderr)
        return FAILED
    except Exception:  # noqa: BLE001  a bug: no traceback reaches a person
        return _report_bug(home)
    return status


def open_streams() -> None:
    """Make stdin, stdout and stderr usable, whatever was closed when the program was started.

    A descriptor that is free would be taken by the next pipe, of which what is written to "stderr"
    would then become a part.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free descriptor, which is this one
        if getattr(sys, name) is None:
            stream = open(descriptor, "w" if descriptor else "r", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
    # A model may emit what the terminal's encoding lacks; that must not end the program.
    for output in (sys.stdout, sys.stderr):
        if hasattr(output, "reconfigure"):
            output.reconfigure(errors="replace")
    if sys.platform == "win32":
        from desktop.cli.windows_console import obey_escapes

        obey_escapes()


def _drop_output() -> None:
    """Send what Python still holds for stdout nowhere, so that its flush at exit cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parse(words: Sequence[str]) -> argparse.Namespace:
    # --home may stand anywhere, so it is taken out first.
    everywhere = argparse.ArgumentParser(prog="quern", add_help=False, allow_abbrev=False)
    everywhere.add_argument(
        "--home", metavar="DIR", help="keep settings, conversations and logs in this folder"
    )
    common, rest = everywhere.parse_known_args(words)

    parser = argparse.ArgumentParser(
        prog="quern",
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        parents=[everywhere],
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"Quern {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="quern", required=True)
    chosen = _first_word(words)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            parents=[everywhere],
            allow_abbrev=False,
        )
        if name == chosen:  # the others are not imported
            importlib.import_module(f"desktop.cli.{name}").add_options(command)
    options = parser.parse_args(rest)
    options.home = common.home
    return options


class _Help(argparse.HelpFormatter):
    """Leaves room for the longest command; argparse forgets that commands are indented."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        indented = 2 * self._indent_increment + max(map(len, COMMANDS))
        self._action_max_length = max(self._action_max_length, indented)


def _first_word(words: Sequence[str]) -> str | None:
    """The first argument that is neither an option nor the value of --home."""
    rest = iter(words)
    for word in rest:
        if word == "--home":
            next(rest, None)
        elif not word.startswith("-"):
            return word
    return None


def _is_file(word: str) -> bool:
    # os.path, because a Path complains of a name that is too long for a file.
    return word not in COMMANDS and (word.lower().endswith(".gguf") or os.path.exists(word))  # noqa: PTH110


def _report_bug(home: Home) -> int:
    from desktop.core.logs import Logs, system_report

    details = f"{system_report({})}\n\n{traceback.format_exc()}"
    report = Logs(home).write_crash(details)
    place = f"What happened is in {report}." if report else f"It could not be kept:\n{details}"
    print(f"quern: This is a bug in Quern. {place}", file=sys.stderr)
    return FAILED
