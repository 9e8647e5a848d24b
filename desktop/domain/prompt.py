"""Prompts a person keeps: templates with placeholders, in versions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from desktop.domain.sampling import SamplerSettings


class FieldKind(StrEnum):
    """Where the value of a placeholder comes from."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    NUMBER = "number"
    FILE = "file"  # the text of a file the person names
    CLIPBOARD = "clipboard"  # what is on it when the prompt is filled in
    MESSAGE = "message"  # the message that is selected in the conversation


@dataclass(frozen=True, slots=True)
class PromptField:
    """One placeholder: `{name}` in the text.

    Attributes:
        name: letters of any script, digits, "_" and "-".
        default: what stands in the form first.
        choices: of CHOICE.
        hint: what to write there, in a few words.
    """

    name: str
    kind: FieldKind = FieldKind.TEXT
    default: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One question and answer shown to the model before the real question."""

    user: str
    assistant: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """The prompt that goes on with this one's answer: its key, and the placeholder that gets it."""

    prompt: str
    field: str


@dataclass(frozen=True, slots=True)
class PromptContent:
    """What one version of a prompt says.

    Attributes:
        text: the message, with `{placeholders}`; `{{` and the `}}` that closes it are braces. Any
            other brace stands for itself.
        system_prompt: may have placeholders too.
        fields: what is known of placeholders; one without a field is a TEXT.
        sampler: settings the prompt is meant for, grammar or JSON schema included.
        then: the next prompt of a chain.
    """

    text: str
    system_prompt: str = ""
    fields: tuple[PromptField, ...] = ()
    examples: tuple[Example, ...] = ()
    sampler: SamplerSettings | None = None
    then: ChainLink | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything that is not empty; the sampler whole, because defaults may change."""
        values: dict[str, Any] = {
            "text": self.text,
            "system_prompt": self.system_prompt,
            "fields": [
                {"name": known.name, "kind": known.kind.value}
                | _without_empty(
                    {
                        "default": known.default,
                        "choices": list(known.choices),
                        "hint": known.hint,
                    }
                )
                for known in self.fields
            ],
            "examples": [asdict(example) for example in self.examples],
            "sampler": self.sampler.to_json() if self.sampler else None,
            "then": asdict(self.then) if self.then else None,
        }
        return {"text": self.text} | _without_empty(values)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> PromptContent:
        """Read what `to_json` wrote. Raises: KeyError, TypeError, ValueError for anything else."""
        sampler, then = values.get("sampler"), values.get("then")
        return cls(
            text=values["text"],
            system_prompt=values.get("system_prompt", ""),
            fields=tuple(
                PromptField(
                    name=known["name"],
                    kind=FieldKind(known["kind"]),
                    default=known.get("default", ""),
                    choices=tuple(known.get("choices", ())),
                    hint=known.get("hint", ""),
                )
                for known in values.get("fields", ())
            ),
            examples=tuple(Example(**example) for example in values.get("examples", ())),
            sampler=None if sampler is None else SamplerSettings.from_json(sampler),
            then=None if then is None else ChainLink(**then),
        )


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with its newest version.

    Attributes:
        key: stays the same over export and import, and over updates of our own prompts.
        why: what it is good for, in a sentence or two.
        builtin: came with Quern.
        changed: a builtin one that the person has changed; updates leave it alone.
        version, version_id: number (from 1) and row of the newest version.
        created_at, updated_at, used_at: seconds since the epoch; `used_at` 0 for never.
    """

    id: int
    key: str
    title: str
    content: PromptContent
    folder: str = ""
    tags: tuple[str, ...] = ()
    why: str = ""
    favourite: bool = False
    hidden: bool = False
    builtin: bool = False
    changed: bool = False
    version: int = 1
    version_id: int = 0
    created_at: float = 0.0
    updated_at: float = 0.0
    used_at: float = 0.0


@dataclass(frozen=True, slots=True)
class PromptDraft:
    """A prompt that is to be added. An empty `key` makes a new one."""

    title: str
    content: PromptContent
    folder: str = ""
    tags: tuple[str, ...] = ()
    why: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One saved state of a prompt. `note` says what was changed and why, or is ""."""

    id: int
    prompt_id: int
    number: int
    content: PromptContent
    note: str
    created_at: float


@dataclass(frozen=True, slots=True)
class PromptQuery:
    """Which prompts are wanted. `text` "" for all; favourites and the last used come first then.

    Attributes:
        text: words, each the beginning of one in the prompt.
        folder: this one and those below it ("Work" has "Work/Letters").
        favourites: only these.
        hidden: hidden ones too.
        limit: at most so many.
    """

    text: str = ""
    folder: str = ""
    tag: str = ""
    favourites: bool = False
    hidden: bool = False
    limit: int = 100


@dataclass(frozen=True, slots=True)
class PromptHit:
    """A prompt that was found: `excerpt`, and `title` where it has any, have the matched words
    between U+0002 and U+0003."""

    prompt: Prompt
    excerpt: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class FilledPrompt:
    """A prompt with the values of its placeholders put in."""

    text: str
    system_prompt: str = ""
    examples: tuple[Example, ...] = ()
    sampler: SamplerSettings | None = None
    version_id: int = 0
    values: dict[str, str] = field(default_factory=dict)
