"""`quern prompts`: the prompt library; list, show, pass on, test prompts, and ask a model one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import prompt_run, prompt_test
from desktop.cli.options import check_folder
from desktop.cli.output import print_json, print_table, printable
from desktop.core.text_files import read_text
from desktop.domain.errors import InvalidInput
from desktop.domain.paths import Home
from desktop.domain.prompt import Prompt, PromptContent, PromptDraft, PromptQuery

if TYPE_CHECKING:
    from desktop.core.prompt_import import ImportPlan
    from desktop.core.prompt_library import PromptLibrary

_HEADINGS = ("KEY", "TITLE", "FOLDER", "TAGS", "VERSION")
_CONFLICTS = ("mine", "theirs", "both")
_FORMATS = ("json", "markdown")
_FORMATS_BY_SUFFIX = {"": "json", ".json": "json", ".md": "markdown", ".markdown": "markdown"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="list prompts, or find some")
    listing.add_argument("query", nargs="?", default="", metavar="QUERY", help="words to look for")
    listing.add_argument("--tag", default="", metavar="T", help="only prompts with this tag")
    listing.add_argument("--folder", default="", metavar="F", help="only prompts in this folder")
    listing.add_argument("--hidden", action="store_true", help="hidden prompts too")

    show = actions.add_parser("show", help="show a prompt as Markdown with front matter")
    show.add_argument("name", metavar="NAME", help="its key or title")
    show.add_argument("--version", type=int, metavar="N", help="an older version")

    add = actions.add_parser("add", help="add a prompt")
    add.add_argument(
        "name", metavar="FILE-or-TITLE", help="a file with its text, or the title of a new prompt"
    )
    add.add_argument("--text", metavar="TEXT", help="its text (default: what is piped in)")
    add.add_argument("--title", metavar="TITLE", help="its title (default: the file's name)")
    add.add_argument("--system", default="", metavar="TEXT", help="its system prompt")
    add.add_argument("--folder", default="", metavar="F", help="the folder it goes into")
    add.add_argument("--why", default="", metavar="TEXT", help="what it is good for")
    add.add_argument(
        "--tag", action="append", default=[], metavar="T", help="a tag; may be repeated"
    )

    bring = actions.add_parser("import", help="add prompts from .json, .md and .csv files")
    bring.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder of such")
    bring.add_argument(
        "--conflicts",
        choices=_CONFLICTS,
        help="where the library has another prompt of that key or title: keep mine, take theirs "
        "as a new version, or keep both",
    )
    bring.add_argument(
        "--skip-bad", action="store_true", help="import the rest when some cannot be read"
    )

    export = actions.add_parser("export", help="write prompts to a file, or a folder of files")
    export.add_argument("path", metavar="PATH", help="a file, or without a suffix a folder")
    export.add_argument("names", nargs="*", metavar="NAME", help="keys or titles (default: all)")
    export.add_argument(
        "--format", choices=_FORMATS, help="default: as PATH ends, without a suffix json"
    )

    ask = actions.add_parser("run", help="fill in a prompt and ask a model")
    prompt_run.add_options(ask)

    test = actions.add_parser("test", help="run a prompt over its cases")
    prompt_test.add_options(test)

    for action in (listing, show, add, bring, export, ask, test):
        action.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace, home: Home) -> int:
    """Do what was said. Returns the exit status. Raises: QuernError."""
    from desktop.cli.home_use import opened_services
    from desktop.cli.main import DONE

    if options.action == "test":
        prompt_test.run(options, home)
        return DONE
    with opened_services(home) as services:
        library = services.prompt_library()
        library.update_builtin()
        match options.action:
            case "list":
                _list(library, options)
            case "show":
                _show(library, options)
            case "add":
                _add(library, options)
            case "import":
                _import(library, options)
            case "export":
                _export(library, options)
            case _:
                prompt_run.run(library, options, home)
    return DONE


def _list(library: PromptLibrary, options: argparse.Namespace) -> None:
    query = PromptQuery(
        text=options.query,
        tag=options.tag,
        folder=options.folder,
        hidden=options.hidden,
        limit=-1,
    )
    prompts = [hit.prompt for hit in library.list(query)]
    if options.json:
        print_json([_facts(prompt) for prompt in prompts])
        return
    rows = (
        (prompt.key, prompt.title, prompt.folder, ", ".join(prompt.tags), str(prompt.version))
        for prompt in prompts
    )
    print_table(_HEADINGS, rows)


def _show(library: PromptLibrary, options: argparse.Namespace) -> None:
    from dataclasses import replace

    from desktop.core.prompt_draft import draft_of
    from desktop.core.prompt_markdown import to_markdown

    prompt = library.called(options.name)
    if options.version is not None:
        versions = {version.number: version for version in library.versions(prompt.id)}
        if options.version not in versions:
            raise InvalidInput(
                f"“{prompt.title}” has no version {options.version}.",
                f"Its newest one is {prompt.version}.",
            )
        version = versions[options.version]
        prompt = replace(prompt, content=version.content, version=version.number)
    if options.json:
        print_json(_facts(prompt))
    else:
        print(printable(to_markdown(draft_of(prompt))), end="")


def _add(library: PromptLibrary, options: argparse.Namespace) -> None:
    from desktop.core.prompt_draft import MAX_TEXT

    path = Path(options.name)
    if os.path.isfile(path):  # noqa: PTH113  a title may be longer than names of files can be
        if options.text is not None:
            raise InvalidInput("The text is given twice.", "Name a file, or give --text.")
        text, title = read_text(path, prompt_run.MAX_FILE), options.title or path.stem
    else:
        if options.text is None and sys.stdin.isatty():
            raise InvalidInput(
                "The prompt has no text.", "Give --text, pipe it in, or name a file."
            )
        # More than a prompt can have, so that a pipe without an end is refused, too.
        text = sys.stdin.read(MAX_TEXT + 1) if options.text is None else options.text
        title = options.title or options.name
    prompt = library.add(
        PromptDraft(
            title=title,
            content=PromptContent(text=text, system_prompt=options.system),
            folder=options.folder,
            tags=tuple(options.tag),
            why=options.why,
        )
    )
    if options.json:
        print_json(_facts(prompt))
    else:
        print(printable(f"Added “{prompt.title}”. Its key is {prompt.key}."))


def _import(library: PromptLibrary, options: argparse.Namespace) -> None:
    from desktop.core.prompt_import import ConflictChoice, PromptImport

    importer = PromptImport(library)
    plan = importer.look([Path(word) for word in options.paths])
    for problem in plan.problems:
        print(printable(f"Note: {problem.sentence()}"), file=sys.stderr)
    if plan.problems and not options.skip_bad:
        raise InvalidInput("Nothing was imported.", "Mend what is wrong, or give --skip-bad.")
    if plan.conflicts and options.conflicts is None:
        raise InvalidInput(
            f"Nothing was imported: the library has other prompts called {_titles(plan)}.",
            "Say with --conflicts which to keep: mine, theirs or both.",
        )
    choice = ConflictChoice(options.conflicts or ConflictChoice.MINE)
    result = importer.carry_out(plan, choice, skip_bad=options.skip_bad)
    kept = len(plan.conflicts) if choice is ConflictChoice.MINE else 0
    if options.json:
        print_json(
            {
                "added": result.added,
                "changed": result.changed,
                "kept": kept,
                "duplicates": len(plan.duplicates),
                "problems": [problem._asdict() for problem in plan.problems],
            }
        )
    else:
        print(
            f"Added {result.added}, changed {result.changed}, kept {kept}; "
            f"{len(plan.duplicates)} were there already."
        )


def _titles(plan: ImportPlan) -> str:
    titles = [f"“{clash.found.draft.title}”" for clash in plan.conflicts]
    more = len(titles) - 3
    return ", ".join(titles[:3]) + (f" and {more} more" if more > 0 else "")


def _export(library: PromptLibrary, options: argparse.Namespace) -> None:
    from desktop.core.prompt_files import PromptFormat, export

    path = Path(options.path)
    if not options.path:  # a variable of a script that is not set
        raise InvalidInput("It is not said where to.", "Name a file or a folder.")
    wanted = options.format or _FORMATS_BY_SUFFIX.get(path.suffix.casefold())
    if wanted is None and not path.is_dir():
        raise InvalidInput(
            f"Prompts are not written to {path.suffix} files.",
            "Name a .json or .md file, or a folder, or give --format.",
        )
    check_folder(path.absolute().parent)
    written = export(_named(library, options.names), path, PromptFormat(wanted or "json"))
    if options.json:
        print_json({"files": written})
    else:
        where = str(written[0]) if len(written) == 1 else f"{len(written)} files in {path}"
        print(printable(f"Wrote {where}."))


def _named(library: PromptLibrary, names: Sequence[str]) -> list[Prompt]:
    if names:
        return [library.called(name) for name in names]
    return [hit.prompt for hit in library.list(PromptQuery(limit=-1))]


def _facts(prompt: Prompt) -> dict[str, object]:
    from desktop.core.prompt_draft import draft_of
    from desktop.core.prompt_json import draft_to_json

    facts = {
        name: getattr(prompt, name)
        for name in ("version", "favourite", "hidden", "builtin", "changed")
    }
    return draft_to_json(draft_of(prompt)) | facts
