"""Looking at one repository of a hub."""

from __future__ import annotations

import re
from urllib.parse import quote

from desktop.domain.errors import AccessDenied, NotOnHub
from desktop.domain.hub import Repository, RepositoryKind
from desktop.hub import answers, repository_files
from desktop.hub.connection import HubConnection
from desktop.hub.faults import nonsense

CARD = "README.md"
MAX_CARD = 1 << 20  # bytes; the longest cards have a tenth of that

_FRONT_MATTER = re.compile(r"\A\ufeff?\s*---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def fetch_repository(connection: HubConnection, name: str, *, revision: str = "") -> Repository:
    """A repository with its files and its card, now or, with a branch, tag or commit, as of then.

    Raises: InvalidInput when `name` cannot be one's; NoNetwork, HubBusy, AccessDenied, NotOnHub,
    HubFault.
    """
    from desktop.hub.session import asking

    answers.checked_id(name)
    with asking(connection, about=name) as api:
        info = api.model_info(name, revision=revision or None, files_metadata=True)
    files = answers.files(info)
    revision = answers.revision(info)
    if not revision:
        raise nonsense()
    models = repository_files.models(files)
    checkpoint = repository_files.checkpoint(files) if answers.is_convertible(info) else ()
    kind = RepositoryKind.OTHER
    if models:
        kind, checkpoint = RepositoryKind.GGUF, ()
    elif checkpoint:
        kind = RepositoryKind.CONVERTIBLE
    info.id = name  # what it was asked for by works for its files, too
    has_card = any(file.path == CARD and file.size for file in files)
    return Repository(
        summary=answers.summary(info, kind),
        revision=revision,
        card=_card(connection, name, revision) if has_card else "",
        models=models,
        checkpoint=checkpoint,
    )


def file_url(connection: HubConnection, name: str, revision: str, path: str) -> str:
    """Where a file of a repository is fetched from."""
    return f"{connection.endpoint}/{quote(name)}/resolve/{revision}/{quote(path)}"


def _card(connection: HubConnection, name: str, revision: str) -> str:
    from desktop.hub.session import fetch

    url = file_url(connection, name, revision, CARD)
    try:
        content, _ = fetch(connection, url, 0, MAX_CARD, about=name)
    except (AccessDenied, NotOnHub):
        return ""  # the rest of the repository is worth showing all the same
    return without_front_matter(content.decode("utf-8", "replace"))


def without_front_matter(card: str) -> str:
    """A model card without the block of machine-readable facts it begins with."""
    return _FRONT_MATTER.sub("", card.replace("\r\n", "\n"), count=1).strip()
