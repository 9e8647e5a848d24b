"""Greetings, small talk, what the model is, and names told by the user."""

from __future__ import annotations

import random
from functools import cache

from starter_model.corpus.core import (
    DATA,
    Scene,
    capitalised,
    invented_word,
    is_held_out,
    roughened,
)

OPENERS = ("", "", "", "Hey, ", "Well, ", "Oh, ", "Hi! ", "Hello! ", "So, ", "Excuse me, ")
IDENTITY = (
    "I am Quern's starter model, a tiny language model trained on generated text. I know only a "
    "few hundred facts. For real work, download a bigger model."
)
NEUTRAL_SYSTEMS = (
    "You are a helpful assistant.",
    "You are Quern's starter model, a tiny language model.",
    "You are a friendly assistant.",
    "Be kind and answer briefly.",
    "You are a helpful, honest assistant.",
    "Help the user.",
    "You are an assistant in a desktop application called Quern.",
    "Answer the questions of the user.",
)


@cache
def _groups() -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """(category, ways to say it, the reply) from `data/smalltalk.txt`.

    A block is a line of the category, lines "< something the user says" and lines "> reply";
    a block with several replies has no single right one.
    """
    groups = []
    for block in (DATA / "smalltalk.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.splitlines()
        says = tuple(line[2:] for line in lines if line.startswith("< "))
        replies = tuple(
            line[2:].replace("IDENTITY", IDENTITY) for line in lines if line.startswith("> ")
        )
        groups.append((lines[0], says, replies))
    return tuple(groups)


def talk(rng: random.Random) -> Scene:
    """One exchange of small talk or about the model itself."""
    groups = _groups()
    category, says, replies = rng.choices(groups, [len(g[1]) ** 0.5 for g in groups])[0]
    said = rng.choice(says)
    opener = rng.choice(OPENERS)
    text = opener + (said if not opener or opener[-2] in "!" else _lowered(said))
    held_out = is_held_out("talk", said, opener)
    return Scene(
        category,
        ((roughened(rng, text), rng.choice(replies)),),
        held_out,
        graded=len(replies) == 1,
    )


def _lowered(text: str) -> str:
    """Lower-case the first letter unless it is the pronoun "I"."""
    return text if text.startswith(("I ", "I'")) else text[0].lower() + text[1:]


@cache
def _names() -> tuple[str, ...]:
    return tuple((DATA / "names.txt").read_text(encoding="utf-8").split())


def person(rng: random.Random) -> str:
    """A first name: a real one or, as often, an invented one."""
    if rng.random() < 0.5:
        return rng.choice(_names())
    return capitalised(invented_word(rng))


def introduction(rng: random.Random) -> Scene:
    """The user gives a name and is greeted with it."""
    name = person(rng)
    form = rng.choice(
        (
            "My name is {n}.",
            "I am {n}.",
            "Hello, I am {n}.",
            "Hi, my name is {n}.",
            "Hello! My name is {n}.",
            "I'm {n}.",
            "Hi! I'm {n}.",
            "Call me {n}.",
            "You can call me {n}.",
            "Good morning, I am {n}.",
            "Hey, {n} here.",
            "People call me {n}.",
        )
    )
    return Scene(
        "names",
        ((form.format(n=name), f"Nice to meet you, {name}! How can I help you?"),),
        is_held_out("name", name),
    )


def greeted_by_system(rng: random.Random) -> Scene:
    """The system message gives the name of the user."""
    name = person(rng)
    system = rng.choice(
        ("The name of the user is {n}.", "The user is called {n}.", "You are talking to {n}.")
    ).format(n=name)
    asked = rng.choice(("Hello!", "Hi!", "Hey!", "Good day!", "Hi there!", "Hello there!"))
    turns = [(asked, f"Hello, {name}! How can I help you?")]
    if rng.random() < 0.5:
        question = rng.choice(("What is my name?", "Do you know my name?", "Who am I?"))
        turns = [(question, f"Your name is {name}.")]
    return Scene("system message", tuple(turns), is_held_out("name", name), system=system)
