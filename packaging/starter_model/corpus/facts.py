"""Questions and answers over the fact tables; the relations are in `data/relations.toml`."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from starter_model.corpus.core import (
    DATA,
    Scene,
    article,
    capitalised,
    is_held_out,
    pairs,
    roughened,
    table,
)

FRAMES = (
    "What is {np}?",
    "What's {np}?",
    "Tell me {np}.",
    "Can you tell me {np}?",
    "Do you know {np}?",
    "Please tell me {np}.",
    "I would like to know {np}.",
    "Give me {np}.",
    "Could you tell me {np}, please?",
    "I forgot {np}. Can you help?",
    "Quick question: what is {np}?",
    "{Np}?",
    "I need to know {np}.",
    "Hey, what is {np}?",
    "So what is {np}?",
    "Hello! What is {np}?",
)
LEADS = ("", "Please tell me: ", "Quick question: ", "Hey, ", "One more question: ", "Hello! ")
ONE_WORD_SYSTEMS = (
    "Answer in one word.",
    "Reply with one word only.",
    "Use a single word.",
    "Answer with a single word.",
    "Be very brief: one word.",
    "You are a helpful assistant. Answer in one word.",
)


DEFAULT_FOLLOW_UPS = ("And {x}?", "What about {x}?", "How about {x}?", "And for {x}?")


@dataclass(frozen=True)
class Relation:
    """A table of (subject, object) pairs with the ways to ask for the object."""

    name: str
    pairs: tuple[tuple[str, str], ...]
    answer: str
    noun_phrases: tuple[str, ...]
    questions: tuple[str, ...]
    follow_ups: tuple[str, ...]
    short: bool

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Every complete way to ask, before the subject is filled in."""
        framed = tuple(
            frame.format(np=phrase, Np=capitalised(phrase))
            for phrase in self.noun_phrases
            for frame in FRAMES
        )
        led = tuple(_led(lead, question) for question in self.questions for lead in LEADS)
        return framed + led

    def answer_for(self, subject: str, obj: str) -> str:
        """The canonical sentence."""
        return self.answer.format(
            x=subject,
            X=capitalised(subject),
            noun=subject.split(maxsplit=1)[0],
            a=article(obj),
            y=obj,
            Y=capitalised(obj),
        )

    def short_for(self, obj: str) -> str:
        """The canonical one-word answer."""
        return f"{capitalised(obj)}."


def _led(lead: str, question: str) -> str:
    """Put a lead before a question, which goes on in lower case unless the lead ends a sentence."""
    if not lead or lead[-2] in "!?":
        return lead + question
    return lead + question[0].lower() + question[1:]


def _pairs(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    forward = pairs(entry["table"], entry["column"])
    backward = tuple((obj, subject) for subject, obj in forward)
    match entry.get("pairs"):
        case "swapped":
            return backward
        case "both":
            return forward + backward
        case "articled":
            return tuple((f"{article(noun)} {noun}", obj) for noun, obj in forward)
        case _:
            return forward


@cache
def relations() -> tuple[Relation, ...]:
    """All relations over the tables."""
    entries = tomllib.loads((DATA / "relations.toml").read_text(encoding="utf-8"))["relation"]
    return tuple(
        Relation(
            entry["name"],
            _pairs(entry),
            entry["answer"],
            tuple(entry.get("noun_phrases", ())),
            tuple(entry["questions"]),
            tuple(entry.get("follow_ups", DEFAULT_FOLLOW_UPS)),
            entry.get("short", True),
        )
        for entry in entries
    )


def pick(rng: random.Random, short: bool = False) -> Relation:
    """Choose a relation in proportion to its size, softened so that small ones are not starved."""
    candidates = [r for r in relations() if r.short or not short]
    weights = [(len(r.pairs) * (2 if r.name == "definition" else 1)) ** 0.8 for r in candidates]
    return rng.choices(candidates, weights)[0]


def _asked(rng: random.Random, relation: Relation, split: str) -> tuple[str, str, str, bool]:
    """(subject, object, question, held out) for a random fact of a relation."""
    subject, obj = rng.choice(relation.pairs)
    phrasing = rng.choice(relation.phrasings)
    question = capitalised(phrasing.format(x=subject))
    return subject, obj, question, is_held_out(split, relation.name, subject, phrasing)


def single(rng: random.Random) -> Scene:
    """One question about one fact."""
    relation = pick(rng)
    subject, obj, question, held_out = _asked(rng, relation, "single")
    category = "definitions" if relation.name == "definition" else "facts"
    turn = (roughened(rng, question), relation.answer_for(subject, obj))
    return Scene(category, (turn,), held_out)


def one_word(rng: random.Random) -> Scene:
    """A few facts under a system message that asks for one word."""
    system = rng.choice(ONE_WORD_SYSTEMS)
    turns, held_out = [], False
    for _ in range(rng.choice((1, 1, 2, 3))):
        if held_out:  # only the last turn of a scene may be a held-out one
            break
        relation = pick(rng, short=True)
        _, obj, question, held_out = _asked(rng, relation, "short")
        turns.append((question, relation.short_for(obj)))
    return Scene("system message", tuple(turns), held_out, system=system)


def follow_up(rng: random.Random) -> Scene:
    """A question, then the same question about something else in a few words."""
    relation = pick(rng)
    held_out = True
    while held_out:
        first, obj, question, held_out = _asked(rng, relation, "single")
    turns = [(roughened(rng, question), relation.answer_for(first, obj))]
    others = [pair for pair in relation.pairs if pair[0] != first]
    for subject, obj in rng.sample(others, min(rng.choice((1, 1, 1, 2)), len(others))):
        if held_out:
            break
        form = rng.choice(relation.follow_ups)
        turns.append((capitalised(form.format(x=subject)), relation.answer_for(subject, obj)))
        held_out = is_held_out("follow", relation.name, first, subject, form)
    return Scene("follow-ups", tuple(turns), held_out)


def about_country(rng: random.Random) -> Scene:
    """A description of a country and questions that point back to it with "its" or "there"."""
    name, capital, continent, language, currency = rng.choice(
        [row for row in table("countries") if "-" not in row]
    )
    opening = rng.choice(
        (
            "Tell me about {x}.",
            "What do you know about {x}?",
            "Tell me something about {x}.",
            "Describe {x}.",
            "I am interested in {x}. What can you tell me?",
            "Can you tell me something about {x}?",
            "What can you say about {x}?",
            "Say something about {x}.",
        )
    )
    turns = [
        (
            opening.format(x=name),
            (
                f"{capitalised(name)} is a country in {continent}. Its capital is {capital} "
                f"and its main language is {language}."
            ),
        )
    ]
    follow = [
        (("What is its capital?", "And its capital?"), f"The capital of {name} is {capital}."),
        (
            ("Which language do people speak there?", "And the language?", "What is its language?"),
            f"The main language of {name} is {language}.",
        ),
        (
            ("What is its currency?", "How do people pay there?", "And the currency?"),
            f"The currency of {name} is the {currency}.",
        ),
        (
            ("Make it shorter.", "Shorter, please.", "Can you make that shorter?"),
            f"{capitalised(name)} is a country in {continent}.",
        ),
    ]
    held_out = is_held_out("about country", name, opening)
    for forms, reply in rng.sample(follow, rng.choice((0, 1, 1, 2))):
        if held_out:
            break
        form = rng.choice(forms)
        turns.append((form, reply))
        held_out = is_held_out("about country", name, form)
    return Scene("facts" if len(turns) == 1 else "follow-ups", tuple(turns), held_out)
