"""What a `FakeHub` says under `/api/`: lists of models, one model, its files, who a token is.

The shapes are those of huggingface.co. What a repository's `facts` say goes out as it is, whatever
it is, so that a test can let the hub answer nonsense.
"""

from __future__ import annotations

import hashlib
import json
import re
from email.message import Message
from typing import Any

from tests.helpers.fake_hub import FakeHub, FakeRepository, git_sha1, is_large, token_of

Answer = tuple[int, dict[str, str], bytes]
Query = dict[str, list[str]]

_MODEL = re.compile(r"/api/models/(?P<id>[^/]+/[^/]+)(?:/(?P<what>revision|tree)/(?P<rev>[^/]+))?")
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_DEFAULTS: dict[str, Any] = {
    "downloads": 0,
    "likes": 0,
    "lastModified": "2026-01-02T03:04:05.000Z",
    "createdAt": "2025-12-01T00:00:00.000Z",
    "library_name": "transformers",
    "pipeline_tag": "text-generation",
}
# What an answer holds when nothing is said about `expand`.
_LISTED = ("downloads", "likes", "tags", "createdAt", "library_name", "pipeline_tag")
_MAX_PAGE = 1000


def answer(hub: FakeHub, path: str, query: Query, headers: Message) -> Answer | None:
    """The answer to a GET; None where the hub has nothing."""
    token = token_of(headers)
    if token and token not in hub.tokens:
        return _refuse(401, "", "Invalid credentials in Authorization header")
    if path == "/api/whoami-v2":
        if not token:
            return _refuse(401, "", "Invalid username or password.")
        return _json({"type": "user", "name": "somebody", "auth": {"type": "access_token"}})
    if path == "/api/models":
        return _list(hub, query, token)
    match = _MODEL.fullmatch(path)
    if match is None:
        return None
    repository = hub.repositories.get(match["id"])
    if repository is None or (repository.private and not hub.may_read(repository, token)):
        # Strangers are told the same of what is private and of what is not there.
        return _refuse(404 if token else 401, "RepoNotFound", "Repository not found")
    if match["rev"] not in (None, "main", repository.revision):
        return _refuse(404, "RevisionNotFound", f"Invalid rev id: {match['rev']}")
    if match["what"] == "tree":
        return _json(_tree(repository))
    return _json(_details(repository, query))


def _list(hub: FakeHub, query: Query, token: str) -> Answer:
    found = [
        repository
        for repository in hub.repositories.values()
        if (not repository.private or hub.may_read(repository, token))
        and _wanted(repository, query)
    ]
    key = query.get("sort", [""])[0]
    if key:
        found.sort(key=lambda repository: str(_fact(repository, key)).zfill(30), reverse=True)
    limit = min(int(query.get("limit", ["1000"])[0]), _MAX_PAGE)
    headers = {}
    if len(found) > limit:
        headers["Link"] = f'<{hub.endpoint}/api/models?cursor=abc&limit={limit}>; rel="next"'
    return _json([_summary(repository, query) for repository in found[:limit]], headers)


def _wanted(repository: FakeRepository, query: Query) -> bool:
    tags = _tags(repository)
    words = query.get("search", [""])[0].lower().split()
    low, high = _bounds(query.get("num_parameters", [""])[0])
    return (
        all(word in repository.id.lower() for word in words)
        and query.get("author", [repository.id.split("/")[0]])[0] == repository.id.split("/")[0]
        and all(tag in tags for tag in query.get("filter", []))
        and query.get("pipeline_tag", [_fact(repository, "pipeline_tag")])[0]
        == _fact(repository, "pipeline_tag")
        and (not (low or high) or low <= _parameters(repository) <= (high or 10**18))
    )


def _bounds(text: str) -> tuple[int, int]:
    """Of "min:1B,max:8B"; 0 is none."""
    bounds = {"min": 0, "max": 0}
    for name, number, unit in re.findall(r"(min|max):([\d.]+)([KMBT]?)", text):
        bounds[name] = int(float(number) * _UNITS[unit])
    return bounds["min"], bounds["max"]


def _parameters(repository: FakeRepository) -> int:
    for name in ("gguf", "safetensors"):
        total = (repository.facts.get(name) or {}).get("total")
        if total:
            return int(total)
    return 0


def _fact(repository: FakeRepository, name: str) -> Any:
    if name == "tags":
        return _tags(repository)
    if name == "sha":
        return repository.revision
    if name in ("gated", "private"):
        value: Any = repository.gate or False if name == "gated" else repository.private
        return repository.facts.get(name, value)
    return repository.facts.get(name, _DEFAULTS.get(name))


def _tags(repository: FakeRepository) -> list[str]:
    """Those that the hub itself finds, and those of the facts."""
    suffixes = {path.rpartition(".")[2] for path in repository.files}
    card = repository.facts.get("cardData")
    license_name = card.get("license") if isinstance(card, dict) else None
    return [
        *[suffix for suffix in ("gguf", "safetensors") if suffix in suffixes],
        *([f"license:{license_name}"] if license_name else []),
        *repository.facts.get("tags", []),
    ]


def _summary(repository: FakeRepository, query: Query) -> dict[str, Any]:
    names = query.get("expand") or _LISTED
    facts = {name: _fact(repository, name) for name in names}
    return {
        "_id": "0" * 24,
        "id": repository.facts.get("id", repository.id),
        "modelId": repository.id,
        **{name: value for name, value in facts.items() if value is not None},
    }


def _details(repository: FakeRepository, query: Query) -> dict[str, Any]:
    if query.get("expand"):
        return _summary(repository, query)
    everything = [*_DEFAULTS, "tags", "sha", "gated", "private", "cardData", "config", "gguf"]
    blobs = "blobs" in query
    siblings = [_sibling(path, data, blobs=blobs) for path, data in repository.files.items()]
    return {
        **_summary(repository, {"expand": [*everything, "safetensors"]}),
        "author": repository.id.split("/")[0],
        "siblings": repository.facts.get("siblings", siblings),
    }


def _sibling(path: str, content: bytes, *, blobs: bool) -> dict[str, Any]:
    if not blobs:
        return {"rfilename": path}
    sibling = {"rfilename": path, "size": len(content), "blobId": git_sha1(content)}
    if is_large(path):
        sha256 = hashlib.sha256(content).hexdigest()
        sibling["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
    return sibling


def _tree(repository: FakeRepository) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for path, content in repository.files.items():
        entry = {"type": "file", "oid": git_sha1(content), "size": len(content), "path": path}
        if is_large(path):
            oid = hashlib.sha256(content).hexdigest()
            entry["lfs"] = {"oid": oid, "size": len(content), "pointerSize": 134}
        entries.append(entry)
    return entries


def _json(value: Any, headers: dict[str, str] | None = None) -> Answer:
    content_type = {"Content-Type": "application/json; charset=utf-8"}
    return 200, {**content_type, **(headers or {})}, json.dumps(value).encode()


def _refuse(status: int, code: str, message: str) -> Answer:
    headers = {"X-Error-Message": message, "Content-Type": "application/json; charset=utf-8"}
    if code:
        headers["X-Error-Code"] = code
    return status, headers, json.dumps({"error": message}).encode()
