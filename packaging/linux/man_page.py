"""Write the manual page of `quern` from its own option parsers, so that it cannot fall behind.

    man_page.py DATE >quern.1

DATE is shown in the page's foot.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Iterator

from desktop import __version__
from desktop.cli.main import COMMANDS
from desktop.domain.paths import PORTABLE

_FRONT = r""".SH NAME
quern \- run local language models, offline
.SH SYNOPSIS
.B quern
.RB [ \-\-home
.IR DIR ]
.RI [ FILE.gguf " ...]"
.br
.B quern
.RB [ \-\-home
.IR DIR ]
.I COMMAND
.RI [ option " ...]"
.SH DESCRIPTION
Without a command,
.B quern
opens its window, with the models it is given; where there is no display it talks in the terminal.
Nothing that is written leaves the computer.
Wherever a command wants a
.IR MODEL ,
it takes a GGUF file or a name from
.BR "quern models" .
.SH OPTIONS
.TP
.BI \-\-home " DIR"
keep settings, conversations and logs in this folder; works with every command
.TP
.B \-\-selftest
say whether this copy of Quern is complete and works, and leave; with
.B \-\-json
as one JSON object
.TP
.B \-\-version
print the version and leave
.TP
.BR \-h , " \-\-help"
explain the commands, or one command, and leave
"""

_BACK = rf""".SH FILES
.TP
.I $XDG_DATA_HOME/quern
or
.IR ~/.local/share/quern :
settings, conversations, models and logs. Removing Quern leaves them.
.TP
.I {PORTABLE}
A file of this name beside the executable makes Quern keep everything in a folder
.I home
beside it instead.
.SH EXIT STATUS
0 done, 1 failed (one sentence on standard error), 2 wrong usage, 130 interrupted.
.SH EXAMPLES
.nf
quern chat \-\-prompt "What is the capital of France?"
quern quantize model\-f16.gguf model\-Q4_K_M.gguf Q4_K_M
quern compare model\-f16.gguf \-\-levels Q8_0,Q4_K_M
.fi
"""


def main() -> None:
    """Print the page."""
    date = sys.argv[1]
    print(f'.TH QUERN 1 "{date}" "Quern {__version__}" "User Commands"')
    print(_FRONT, end="")
    print(".SH COMMANDS")
    for name, summary in COMMANDS.items():
        parser = argparse.ArgumentParser(prog=f"quern {name}", add_help=False)
        importlib.import_module(f"desktop.cli.{name}").add_options(parser)
        print(f".SS quern {roff(name)}")
        print(roff(summary[0].upper() + summary[1:] + "."))
        print("\n".join(options(parser)))
        if parser.epilog:
            print(f".PP\n{roff(parser.epilog)}")
    print(_BACK, end="")


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The lines about what a parser understands; of the commands inside it, too."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public list of them
        if isinstance(action.choices, dict):  # commands of a command
            for name, inner in action.choices.items():
                yield f".TP\n.B {roff(name)}"
                yield roff(inner.description or "")
                yield ".RS"
                yield from options(inner)
                yield ".RE"
        elif action.help is not argparse.SUPPRESS and action.dest != "help":
            yield f".TP\n{_invocation(action)}"
            yield roff(_explanation(action, parser))


def _invocation(action: argparse.Action) -> str:
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    value = action.metavar or choices or action.dest.upper()
    if not isinstance(value, str):
        value = " ".join(value)
    if not action.option_strings:
        return rf"\fI{roff(value)}\fR"
    names = ", ".join(rf"\fB{roff(name)}\fR" for name in action.option_strings)
    return names if action.nargs == 0 else rf"{names} \fI{roff(value)}\fR"


def _explanation(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    values = {name: value for name, value in vars(action).items() if value is not argparse.SUPPRESS}
    return (action.help or "") % {**values, "prog": parser.prog}


def roff(text: str) -> str:
    """Text as the manual's formatter takes it, in one line."""
    text = re.sub(r"\s+", " ", text).strip().replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", text)


if __name__ == "__main__":
    main()
