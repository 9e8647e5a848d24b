"""Prompts for tests of the Prompts page and its pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.core.prompt_draft import draft_of
from desktop.core.prompt_files import FoundDraft, FoundProblem
from desktop.core.prompt_import import Clash, ImportPlan
from desktop.domain.prompt import (
    ChainLink,
    Example,
    FieldKind,
    Prompt,
    PromptContent,
    PromptDraft,
    PromptField,
    PromptHit,
    PromptVersion,
)
from desktop.domain.sampling import SamplerSettings

NOON = 1_780_315_200.0  # 2026-06-01, 12:00 UTC
LONG = "A prompt whose title goes on and on because somebody wrote a whole sentence into it"

SUMMARISE = PromptContent(
    "Summarise the text in {length} for somebody who has not read it.\n\n{text}",
    fields=(
        PromptField("length", FieldKind.CHOICE, "one sentence", ("one sentence", "a paragraph")),
        PromptField("text", FieldKind.LONG_TEXT, hint="what is to be summarised"),
    ),
    sampler=SamplerSettings(temperature=0.2),
)
CLASSIFY = PromptContent(
    "Review: {review}",
    system_prompt="You sort reviews. Answer with one word.",
    fields=(PromptField("review"),),
    examples=(Example("Review: I love it.", "positive"), Example("Review: Broken.", "negative")),
    sampler=SamplerSettings(grammar='root ::= "positive" | "negative"'),
    then=ChainLink("summarise", "text"),
)
TRANSLATE = PromptContent(
    "Translate into {language}: {sentence}",
    fields=(PromptField("language", default="French"), PromptField("sentence")),
)
GREETING = PromptContent("Say hello in three languages.")
EVERY_KIND = PromptContent(
    "{line} {long} {one} {n} {file} {clip} {said}",
    fields=(
        PromptField("line", default="a line"),
        PromptField("long", FieldKind.LONG_TEXT, "many\nlines"),
        PromptField("one", FieldKind.CHOICE, "b", ("a", "b")),
        PromptField("n", FieldKind.NUMBER, "3"),
        PromptField("file", FieldKind.FILE),
        PromptField("clip", FieldKind.CLIPBOARD),
        PromptField("said", FieldKind.MESSAGE),
    ),
)


def prompt(number: int, title: str, content: PromptContent = GREETING, **others: object) -> Prompt:
    """A prompt whose key is its title in small letters."""
    made = Prompt(number, title.lower(), title, content, version_id=number * 10)
    return replace(made, **others)  # type: ignore[arg-type]


def prompts() -> list[Prompt]:
    """One of each kind."""
    return [
        prompt(
            1, "Summarise", SUMMARISE, folder="Writing", favourite=True, builtin=True,
            tags=("short", "daily"), why="A summary of a length you choose.",
        ),
        prompt(
            2, "Sort reviews", CLASSIFY, folder="Data", version=3,
            why="One word for each review, by examples.",
        ),
        prompt(3, "Translate", TRANSLATE, builtin=True, changed=True, tags=("daily",)),
        prompt(4, LONG, GREETING, folder="A folder with a name that is rather long too"),
        prompt(5, "Hello", GREETING, builtin=True, hidden=True),
    ]  # fmt: skip


def hits() -> list[PromptHit]:
    return [PromptHit(each) for each in prompts()]


def found() -> list[PromptHit]:
    """As a search for "sum" marks them."""
    return [
        PromptHit(prompts()[0], "\x02Summarise\x03 the text in {length} for somebody"),
        PromptHit(prompts()[3], ""),
    ]


def versions() -> list[PromptVersion]:
    """Of the second prompt, the newest first."""
    second = replace(CLASSIFY, text="Review of a customer: {review}")
    first = PromptContent("Is this review good or bad? {review}")
    return [
        PromptVersion(23, 2, 3, CLASSIFY, "Shorter, for small models", NOON),
        PromptVersion(22, 2, 2, second, "", NOON - 3600),
        PromptVersion(21, 2, 1, first, "First try", NOON - 90_000),
    ]


def changed() -> PromptDraft:
    """The second prompt with another text, a mistake in it, and not saved."""
    fields = (replace(CLASSIFY.fields[0], kind=FieldKind.CHOICE), PromptField("shop"))
    content = replace(CLASSIFY, text="Review of {shop}: {review}", fields=fields)
    return replace(draft_of(prompts()[1]), content=content)


def plan() -> ImportPlan:
    """An import that needs every kind of answer."""
    file = Path("/home/ada/my prompts.json")
    new = [FoundDraft(PromptDraft(f"New prompt {n}", GREETING), file) for n in range(8)]
    clash = Clash(FoundDraft(PromptDraft("Summarise", GREETING), file), prompts()[0])
    problems = (
        FoundProblem(file, 41, "It has no title."),
        FoundProblem(Path("/home/ada/notes.csv"), 7, "It has no text, so there is nothing to ask."),
    )
    return ImportPlan(tuple(new), (clash, clash), (clash,), problems)
