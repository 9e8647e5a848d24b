"""`quern search`: find models on a hub."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime

from desktop.cli.output import print_json, print_table, show_count
from desktop.domain.hub import Gate, HubQuery, HubSort, RepositoryKind, RepositorySummary
from desktop.domain.paths import Home

_SCALES = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_WEIGHTS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)([KMBT]?)", re.IGNORECASE)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    from desktop.cli.hub_use import add_endpoint
    from desktop.cli.options import positive

    parser.add_argument("query", metavar="QUERY", help="words in the name of the repository")
    parser.add_argument("--author", default="", metavar="A", help="only repositories of A")
    parser.add_argument(
        "--license", default="", metavar="L", help="only under this licence, e.g. apache-2.0"
    )
    for name, which in (("smallest", "least"), ("largest", "most")):
        parser.add_argument(
            f"--{name}", type=weights, default=0, metavar="N", help=f"{which} weights, e.g. 1.5B"
        )
    parser.add_argument(
        "--sort",
        choices=[sort.value for sort in HubSort],
        default=HubSort.DOWNLOADS.value,
        help="what comes first (default: downloads)",
    )
    parser.add_argument(
        "--kind",
        choices=[RepositoryKind.GGUF.value, RepositoryKind.CONVERTIBLE.value],
        default=RepositoryKind.GGUF.value,
        help="models ready to use, or checkpoints that Quern can convert (default: gguf)",
    )
    parser.add_argument(
        "--limit", type=positive, default=20, metavar="N", help="most results (default: 20)"
    )
    add_endpoint(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def weights(text: str) -> int:
    """A number of weights as people write it: "1.7B"."""
    match = _WEIGHTS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return round(float(match[1]) * _SCALES[match[2].upper()])


weights.__name__ = "number of weights"  # argparse says "invalid <this> value"


def run(options: argparse.Namespace, home: Home) -> int:
    """Search. Returns the exit status. Raises: QuernError."""
    from desktop.cli.hub_use import hub_access
    from desktop.cli.main import DONE
    from desktop.hub.search import search

    query = HubQuery(
        text=options.query,
        author=options.author,
        smallest=options.smallest,
        largest=options.largest,
        license=options.license,
        sort=HubSort(options.sort),
        kind=RepositoryKind(options.kind),
        limit=options.limit,
    )
    found = search(hub_access(home, options.endpoint).connection(), query)
    if options.json:
        print_json(found)
    elif found:
        print_table(
            ("REPOSITORY", "WEIGHTS", "LICENCE", "DOWNLOADS", "LIKES", "UPDATED"),
            [_as_row(summary) for summary in found],
        )
    else:
        print("Nothing was found.", file=sys.stderr)
    return DONE


def _as_row(summary: RepositorySummary) -> tuple[str, ...]:
    updated = datetime.fromtimestamp(summary.updated_at, UTC).date().isoformat()
    gate = "  (gated)" if summary.gate is Gate.GATED else ""
    return (
        summary.id,
        show_count(summary.parameters) if summary.parameters else "-",
        summary.license or "-",
        f"{summary.downloads:,}",
        f"{summary.likes:,}",
        f"{updated if summary.updated_at else '-'}{gate}",
    )
