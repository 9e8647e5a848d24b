"""Searching a hub for repositories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop.domain.errors import InvalidInput
from desktop.domain.hub import HubQuery, HubSort, RepositoryKind, RepositorySummary
from desktop.hub import answers
from desktop.hub.connection import HubConnection

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

MAX_RESULTS = 200
# Only some of the full checkpoints are of a family that can be converted; the hub cannot be asked
# for several families at once.
_LOOKED_AT = 4

_SORTS: dict[HubSort, str] = {
    HubSort.DOWNLOADS: "downloads",
    HubSort.LIKES: "likes",
    HubSort.NEWEST: "lastModified",
}
_FACTS = ("downloads", "likes", "gated", "lastModified", "tags")
_FACTS_OF: dict[RepositoryKind, list[str]] = {
    RepositoryKind.GGUF: [*_FACTS, "gguf"],
    RepositoryKind.CONVERTIBLE: [*_FACTS, "config", "safetensors"],
}


def search(connection: HubConnection, query: HubQuery) -> list[RepositorySummary]:
    """Repositories that match, in the order asked for.

    Raises: InvalidInput for an impossible query; NoNetwork, HubBusy, AccessDenied, HubFault.
    """
    from desktop.hub.session import listed

    if not 1 <= query.limit <= MAX_RESULTS:
        raise InvalidInput(f"A search gives 1 to {MAX_RESULTS} results, not {query.limit}.")
    if query.largest and query.smallest > query.largest:
        raise InvalidInput("The smallest size asked for is above the largest.")
    convertible = query.kind is RepositoryKind.CONVERTIBLE
    filters = ["safetensors" if convertible else "gguf"]
    if query.license:
        filters.append(f"license:{query.license}")
    params = {
        "search": query.text,
        "author": query.author,
        "filter": filters,
        "pipeline_tag": "text-generation" if convertible else "",
        "num_parameters": _bounds(query),
        "sort": _SORTS[query.sort],
        "limit": query.limit * _LOOKED_AT if convertible else query.limit,
        "expand": _FACTS_OF[query.kind],
    }
    found = listed(connection, {name: value for name, value in params.items() if value})
    if convertible:
        found = [info for info in found if answers.is_convertible(info)]
    return list(_summaries(found, query.kind))[: query.limit]


def _summaries(found: Iterable[ModelInfo], kind: RepositoryKind) -> Iterable[RepositorySummary]:
    for info in found:
        try:
            yield answers.summary(info, kind)
        except InvalidInput:
            continue  # of an old kind without an author, or nonsense


def _bounds(query: HubQuery) -> str:
    """As the hub wants them: "min:1B,max:8B", or ""."""
    bounds = [
        f"{name}:{_short(number)}"
        for name, number in (("min", query.smallest), ("max", query.largest))
        if number
    ]
    return ",".join(bounds)


def _short(number: int) -> str:
    """A number of weights as people write it: 1700000000 is "1.7B"."""
    for scale, unit in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number >= scale:
            return f"{number / scale:.6g}{unit}"
    return str(number)
