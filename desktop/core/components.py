"""What Quern is made of: the packages it runs on, with their versions and licences."""

from __future__ import annotations

import importlib.metadata

PACKAGES = (
    "llama-cpp-python",
    "PySide6-Essentials",
    "shiboken6",
    "sqlite-utils",
    "numpy",
    "Jinja2",
    "psutil",
    "markdown-it-py",
    "Pygments",
    "ziamath",
    "huggingface-hub",
    "keyring",
    "truststore",
    "tokenizers",
    "gguf",
    "regex",
    "PyYAML",
    "filelock",
)
_NOT_PACKAGES = (("Lucide icons", "ISC"),)


def components() -> list[tuple[str, str]]:
    """(name and version, licence) of each part that is installed."""
    return [part for name in PACKAGES if (part := _package(name))] + list(_NOT_PACKAGES)


def _package(name: str) -> tuple[str, str] | None:
    try:
        metadata = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    return f"{metadata['Name']} {metadata['Version']}", licence_of(metadata)


def licence_of(metadata: importlib.metadata.PackageMetadata) -> str:
    """The licence as the package itself states it, in the newest way that it uses."""
    fields = metadata.json
    expression = str(fields.get("license_expression", ""))
    if expression:
        return expression
    classifiers = [
        line.rpartition("::")[2].strip()
        for line in fields.get("classifier", [])
        if line.startswith("License ::")
    ]
    stated = str(fields.get("license", "")).strip()
    short = stated.splitlines()[0] if stated else ""
    return ", ".join(classifiers) or short or "see its package"
