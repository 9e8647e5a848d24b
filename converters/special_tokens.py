"""Which tokens have a task, whether texts get them at their ends, and the chat template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from converters.errors import ConversionError
from converters.gguf_header import Header
from converters.json_file import read_json

_TASKS = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")
_ID_KEYS = {
    "unk": "unknown_token_id",
    "sep": "seperator_token_id",  # the format spells it so
    "pad": "padding_token_id",
    **{task: f"{task}_token_id" for task in ("bos", "eos", "mask", "eot", "eom")},
}


def add_special_tokens(header: Header, folder: Path, vocabulary: int | None = None) -> None:
    """Set the keys of special tokens and of the chat template.

    Args:
        vocabulary: the number of tokens, where ids beyond it are to be left out.
    """
    found = _SpecialTokens(folder, _TASKS, vocabulary)
    _add_ids(header, found.ids)
    for task, added in found.added.items():
        if task in ("bos", "eos", "sep"):
            header.boolean(f"tokenizer.ggml.add_{task}_token", added)
    _add_template(header, found.template)


def add_end_of_turn(header: Header, folder: Path, usual: int) -> None:
    """Set the token that ends a turn, to its usual id where the files name none."""
    found = _SpecialTokens(folder, ("eot",), None)
    found.note("eot", usual)
    _add_ids(header, found.ids)


def _add_ids(header: Header, ids: Mapping[str, int]) -> None:
    for task, token in ids.items():
        if task in _ID_KEYS:
            header.u32(f"tokenizer.ggml.{_ID_KEYS[task]}", token)


def _add_template(header: Header, template: str | list[Any] | None) -> None:
    if isinstance(template, str):
        header.string("tokenizer.chat_template", template)
        return
    names = []
    default = ""
    for choice in template or []:
        match choice:
            case {"name": "default", "template": str(text)}:
                default = text
            case {"name": str(name), "template": str(text)} if name:
                key = re.sub(r"[^A-Za-z0-9]", "_", name)
                header.string(f"tokenizer.chat_template.{key}", text)
                names.append(key)
    header.strings("tokenizer.chat_templates", names)
    header.string("tokenizer.chat_template", default)


class _SpecialTokens:
    """What the files of a checkpoint say, the more specific first.

    Attributes:
        ids: token ids by task.
        added: by task, whether texts get this token at their end.
        template: the chat template, or several as objects with name and template.
    """

    def __init__(self, folder: Path, tasks: Sequence[str], vocabulary: int | None) -> None:
        self.ids: dict[str, int] = {}
        self.added: dict[str, bool] = {}
        self._tasks = list(tasks)
        self._vocabulary = vocabulary
        self._settings = read_json(folder / "tokenizer_config.json")
        tokenizer = read_json(folder / "tokenizer.json")
        self._stated = bool(self._settings)
        if tokenizer:
            self._read_tokenizer(tokenizer)
        self.template = _template(folder, self._settings) if self._stated else None
        if self._stated:
            self._read_settings(tokenizer.get("added_tokens") or [])
        self._read_config(read_json(folder / "config.json"))

    def note(self, task: str, token: Any) -> None:
        """Keep a token's id unless the task has one already."""
        if type(token) is not int or task in self.ids:
            return
        if token < 0 or token > 0xFFFFFFFF:
            raise ConversionError(
                f"The id of the {task} token is {token}.", "Download the tokenizer's files again."
            )
        if self._vocabulary is None or token < self._vocabulary:
            self.ids[task] = token

    def _read_tokenizer(self, tokenizer: dict[str, Any]) -> None:
        settings = self._settings
        for ours, theirs in (("bos", "cls"), ("eos", "sep")):
            settings[f"{ours}_token"] = settings.get(f"{ours}_token") or settings.get(
                f"{theirs}_token"
            )
        processor = tokenizer.get("post_processor")
        if not isinstance(processor, dict):
            return
        for step in processor.get("processors", [processor]):
            if step.get("type") == "ByteLevel":
                self.added.setdefault("bos", False)
                self.added.setdefault("eos", False)
            elif step.get("type") == "TemplateProcessing":
                self._read_ends(step)

    def _read_ends(self, step: dict[str, Any]) -> None:
        """See from the template of a text what stands at its ends."""
        single = step.get("single") or []
        if len(single) > 1:
            if first := _special(single[0]):
                self._read_first(first)
            if last := _special(single[-1]):
                self._read_last(last)
        else:
            first = last = None
        self._read_middle(step.get("pair") or [], first, last)

    def _read_first(self, first: str) -> None:
        settings = self._settings
        if not self._stated:
            self.added["bos"] = True
            return
        known = [settings.get("bos_token"), settings.get("cls_token")]
        if first not in known:
            for task in ("bos_token", "cls_token"):
                settings[task] = settings.get(task) or first
        self.added["bos"] = first in (settings.get("bos_token"), settings.get("cls_token"))

    def _read_last(self, last: str) -> None:
        settings = self._settings
        if self._stated and settings.get("eos_token") != last:
            # What ends a text is not what the settings call so: that one ends a turn.
            for task in ("eot", "eom"):
                if task not in self._tasks:
                    self._tasks.append(task)
                    settings[f"{task}_token"] = settings.get("eos_token")
                    break
        settings["eos_token"] = last
        self.added["eos"] = True

    def _read_middle(self, pair: list[Any], first: str | None, last: str | None) -> None:
        """See from the template of two texts what stands between them."""
        settings = self._settings
        begin = 1 if first and pair and _special(pair[0]) == first else 0
        end = -1 if last and pair and _special(pair[-1]) == last else None
        inner = pair[begin:end]
        if len(inner) <= 2 or _sequence(inner[0]) != "A" or _sequence(inner[-1]) != "B":
            return
        separators = [settings.get("sep_token"), settings.get("eos_token")]
        between = [_special(part) for part in inner[1:-1]]
        added = between[0] is not None and between[0] in separators and not last
        if len(between) == 2 and between[1] is not None and between[1] in separators:
            added = True
        self.added["sep"] = added
        if added and not settings.get("sep_token"):
            settings["sep_token"] = settings.get("eos_token")

    def _read_settings(self, tokens: list[Any]) -> None:
        for task in self._tasks:
            added = self._settings.get(f"add_{task}_token")
            if isinstance(added, bool):
                self.added.setdefault(task, added)
            entry = self._settings.get(f"{task}_token")
            text = entry.get("content") if isinstance(entry, dict) else entry
            if isinstance(text, str):
                matching = (token.get("id") for token in tokens if token.get("content") == text)
                self.note(task, next(matching, None))

    def _read_config(self, config: dict[str, Any]) -> None:
        inner = config.get("text_config")
        for task in self._tasks:
            token = config.get(f"{task}_token_id")
            if token is None and isinstance(inner, dict):
                token = inner.get(f"{task}_token_id")
            self.note(task, token)


def _special(part: Any) -> str | None:
    match part:
        case {"SpecialToken": {"id": str(text)}}:
            return text
    return None


def _sequence(part: Any) -> str | None:
    match part:
        case {"Sequence": {"id": str(name)}}:
            return name
    return None


def _template(folder: Path, settings: dict[str, Any]) -> str | list[Any] | None:
    """The chat template from wherever it stands."""
    stated = settings.get("chat_template", _template_file(folder))
    return stated if isinstance(stated, str | list) else None


def _template_file(folder: Path) -> Any:
    path = folder / "chat_template.jinja"
    if not path.is_file():
        return read_json(folder / "chat_template.json").get("chat_template")
    text = path.read_text(encoding="utf-8")
    others = sorted((folder / "additional_chat_templates").glob("*.jinja"))
    if not others:
        return text
    return [
        {"name": "default", "template": text},
        *({"name": other.stem, "template": other.read_text(encoding="utf-8")} for other in others),
    ]
