"""Answers in markdown: lists, tables, fenced Python."""

from __future__ import annotations

import random

from starter_model.corpus.core import (
    Scene,
    capitalised,
    is_held_out,
    joined,
    pairs,
    roughened,
    table,
)
from starter_model.corpus.smalltalk import person

LISTS = {
    "fruits": "apple banana cherry grape lemon orange pear plum",
    "vegetables": "carrot potato cabbage onion pea bean leek spinach",
    "colours": "red blue green yellow orange purple white black",
    "animals": "dog cat horse cow sheep lion bear fox",
    "birds": "robin eagle owl duck swan crow penguin sparrow",
    "insects": "ant bee beetle butterfly fly wasp moth cricket",
    "planets": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune",
    "days of the week": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "months": "January February March April May June July August",
    "seasons": "spring summer autumn winter",
    "metals": "iron gold silver copper tin lead zinc nickel",
    "shapes": "circle square triangle rectangle hexagon oval",
    "sports": "football tennis swimming running cycling hockey",
    "tools": "hammer saw screwdriver drill spade wrench",
    "trees": "oak pine birch maple willow beech",
    "flowers": "rose tulip daisy lily sunflower violet",
    "musical instruments": "piano violin guitar drum flute trumpet",
    "vehicles": "car bus train bicycle boat plane",
    "drinks": "water milk tea coffee juice lemonade",
    "countries": "France Italy Spain Germany Japan Brazil Canada Egypt",
    "capitals": "Paris Rome Madrid Berlin Tokyo Brasilia Ottawa Cairo",
    "continents": "Africa Antarctica Asia Europe Oceania",
    "oceans": "Pacific Atlantic Indian Arctic Southern",
    "kitchen things": "spoon fork knife plate bowl pan",
}
COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}
PLAIN = (
    "Name {c} {k}.",
    "Tell me {c} {k}.",
    "Can you name {c} {k}?",
    "Please name {c} {k}.",
    "Give me {c} {k}.",
    "Say {c} {k}.",
    "What are {c} {k}?",
    "I need {c} {k}.",
)
BULLETS = (
    "List {c} {k}.",
    "Make a list of {c} {k}.",
    "Please list {c} {k}.",
    "Give me a list of {c} {k}.",
    "Write a bulleted list of {c} {k}.",
    "Can you list {c} {k}?",
    "I need a list of {c} {k}.",
    "Show me a list with {c} {k}.",
)
NUMBERED = (
    "Write a numbered list of {c} {k}.",
    "Make a numbered list of {c} {k}.",
    "Number {c} {k}.",
    "Give me a numbered list of {c} {k}.",
    "List {c} {k} with numbers.",
    "Please write a numbered list with {c} {k}.",
)


def bullets(items: list[str]) -> str:
    """A markdown list."""
    return "\n".join(f"- {item}" for item in items)


def listing(rng: random.Random) -> Scene:
    """The first few members of a group, as a sentence, with bullets or with numbers."""
    kind = rng.choice(list(LISTS))
    members = LISTS[kind].split()
    count = rng.choice([n for n in COUNTS if n <= len(members)])
    items = members[:count]
    style = rng.choice((PLAIN, BULLETS, BULLETS, NUMBERED))
    form = rng.choice(style)
    number = COUNTS[count] if rng.random() < 0.75 else str(count)
    question = roughened(rng, form.format(c=number, k=kind))
    if style is PLAIN:
        reply = f"{capitalised(joined(items))}."
    elif style is BULLETS:
        reply = bullets(items)
    else:
        reply = "\n".join(f"{i}. {item}" for i, item in enumerate(items, 1))
    turns = [(question, reply)]
    held_out = is_held_out("list", kind, count, form)
    category = "lists and tables"
    if style is PLAIN and not held_out and rng.random() < 0.3:
        again = rng.choice(
            ("As a list, please.", "Make it a list.", "Show that as a bulleted list.")
        )
        turns.append((again, bullets(items)))
        held_out = is_held_out("as list", kind, count)
        category = "follow-ups"
    return Scene(category, tuple(turns), held_out)


GRIDS = (
    ("Country", "Capital", "capitals", "countries"),
    ("Country", "Language", "languages", "countries"),
    ("Country", "Currency", "currencies", "countries"),
    ("Animal", "Young", "young ones", "animals"),
    ("Element", "Symbol", "symbols", "symbols"),
    ("Word", "Opposite", "opposites", "opposites"),
    ("Noun", "Plural", "plurals", "plurals"),
    ("Verb", "Past", "past tenses", "past"),
)
TABLES = (
    "Make a table of {items} with their {b}.",
    "Make a table with {items} and their {b}.",
    "Write a table of {items} and their {b}.",
    "Show {items} and their {b} in a table.",
    "Please put {items} and their {b} in a table.",
    "Can you make a table of {items} and their {b}?",
)


def grid(rng: random.Random) -> Scene:
    """A small markdown table of the named things and one fact about each."""
    left, right, wanted, name = rng.choice(GRIDS)
    rows = rng.sample(pairs(name, right.lower()), rng.choice((2, 3, 3)))
    form = rng.choice(TABLES)
    question = form.format(items=joined([key for key, _ in rows]), b=wanted)
    lines = [f"| {left} | {right} |", "| --- | --- |"]
    lines += [f"| {capitalised(key)} | {value} |" for key, value in rows]
    held_out = is_held_out("table", form, *(key for key, _ in rows))
    return Scene("lists and tables", ((roughened(rng, question), "\n".join(lines)),), held_out)


def profile(rng: random.Random) -> Scene:
    """The facts about a country as a list."""
    rows = [row for row in table("countries") if "-" not in row]
    name, capital, continent, language, currency = rng.choice(rows)
    form = rng.choice(
        (
            "List facts about {x}.",
            "Give me the facts about {x} as a list.",
            "Make a list of facts about {x}.",
            "Write a bulleted list about {x}.",
            "Show me {x} as a list of facts.",
            "Tell me about {x} in bullet points.",
        )
    )
    reply = f"**{capitalised(name)}**\n\n" + bullets(
        [
            f"Capital: {capital}",
            f"Continent: {continent}",
            f"Language: {language}",
            f"Currency: {currency}",
        ]
    )
    held_out = is_held_out("profile", name, form)
    return Scene("lists and tables", ((roughened(rng, form.format(x=name)), reply),), held_out)


ASK_CODE = (
    "Write Python code that {t}.",
    "Show me Python code that {t}.",
    "Write a Python program that {t}.",
    "Give me Python code that {t}.",
    "Can you write Python that {t}?",
    "Please write a short Python script that {t}.",
    "I need Python code that {t}.",
    "How do I write Python code that {t}?",
)


def code(rng: random.Random) -> Scene:
    """A short fenced snippet with a value taken from the request."""
    n, name = rng.randint(2, 20), person(rng)
    task, body, key = rng.choice(
        (
            ("prints hello", 'print("Hello")', ("hello", 0)),
            (f"says hello to {name}", f'print("Hello, {name}!")', ("name", name)),
            (f"counts to {n}", f"for i in range(1, {n + 1}):\n    print(i)", ("count", n)),
            (
                f"prints hello {n} times",
                f'for i in range({n}):\n    print("Hello")',
                ("times", n),
            ),
            ("adds two numbers", "def add(a, b):\n    return a + b", ("add", 0)),
            ("multiplies two numbers", "def multiply(a, b):\n    return a * b", ("mul", 0)),
            (
                f"multiplies a number by {n}",
                f"def times(x):\n    return x * {n}",
                ("by", n),
            ),
            (f"adds {n} to a number", f"def plus(x):\n    return x + {n}", ("plus", n)),
            (
                "tests whether a number is even",
                "def is_even(n):\n    return n % 2 == 0",
                ("even", 0),
            ),
            (
                "reverses a text",
                "def reverse(text):\n    return text[::-1]",
                ("reverse", 0),
            ),
            ("sums a list", "def total(numbers):\n    return sum(numbers)", ("sum", 0)),
            ("reads a file", 'with open("file.txt") as file:\n    print(file.read())', ("read", 0)),
        )
    )
    form = rng.choice(ASK_CODE)
    held_out = is_held_out("code", *key, form)
    if key[0] == "name":
        held_out |= is_held_out("name", name)
    question = roughened(rng, form.format(t=task))
    return Scene("code", ((question, f"```python\n{body}\n```"),), held_out)


def sample(rng: random.Random) -> Scene:
    """Any formatted answer."""
    return rng.choices((listing, grid, profile, code), (5, 3, 1, 4))[0](rng)
