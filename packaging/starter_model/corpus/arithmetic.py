"""Small arithmetic: sums, differences, times tables, comparisons, counting."""

from __future__ import annotations

import random

from starter_model.corpus.core import Scene, is_held_out, roughened

LIMIT = 20
NAMES = ("Tom", "Anna", "Ben", "Lucy", "Sam", "Nina", "Max", "Ella")
THINGS = ("apples", "books", "coins", "stones", "cards", "eggs", "pencils", "shells")

ADD = (
    "What is {a} + {b}?",
    "{a} + {b}",
    "{a} + {b} = ?",
    "What is {a} plus {b}?",
    "{a} plus {b}?",
    "How much is {a} + {b}?",
    "How much is {a} and {b}?",
    "Add {a} and {b}.",
    "Calculate {a} + {b}.",
    "What is the sum of {a} and {b}?",
    "Can you add {a} and {b}?",
    "Please calculate {a} plus {b}.",
    "Tell me {a} + {b}.",
    "What do {a} and {b} make together?",
    "What does {a} + {b} equal?",
)
SUBTRACT = (
    "What is {a} - {b}?",
    "{a} - {b}",
    "{a} - {b} = ?",
    "What is {a} minus {b}?",
    "{a} minus {b}?",
    "How much is {a} - {b}?",
    "Subtract {b} from {a}.",
    "Take {b} away from {a}.",
    "Calculate {a} - {b}.",
    "What is the difference of {a} and {b}?",
    "Please calculate {a} minus {b}.",
    "Tell me {a} - {b}.",
    "What is left when you take {b} from {a}?",
    "What does {a} - {b} equal?",
    "How much is {a} minus {b}?",
)
MULTIPLY = (
    "What is {a} x {b}?",
    "{a} x {b}",
    "{a} x {b} = ?",
    "What is {a} times {b}?",
    "{a} times {b}?",
    "How much is {a} x {b}?",
    "Multiply {a} by {b}.",
    "Calculate {a} x {b}.",
    "What is the product of {a} and {b}?",
    "Please calculate {a} times {b}.",
    "What is {a} * {b}?",
    "{a} * {b}",
    "Tell me {a} times {b}.",
    "How much is {a} times {b}?",
    "What does {a} x {b} equal?",
)
SYMBOLS = {"add": "+", "subtract": "-", "multiply": "x"}


def _operands(rng: random.Random) -> tuple[str, int, int, int]:
    operation = rng.choice(("add", "add", "subtract", "subtract", "multiply"))
    if operation == "multiply":
        a, b = rng.randint(1, 10), rng.randint(1, 10)
        return operation, a, b, a * b
    a, b = rng.randint(0, LIMIT), rng.randint(0, LIMIT)
    if operation == "add":
        return operation, a, b, a + b
    a, b = max(a, b), min(a, b)
    return operation, a, b, a - b


def calculation(rng: random.Random) -> Scene:
    """One sum, difference or product. Pairs are held out for + and -, phrasings for x."""
    operation, a, b, result = _operands(rng)
    phrasings = {"add": ADD, "subtract": SUBTRACT, "multiply": MULTIPLY}[operation]
    phrasing = rng.choice(phrasings)
    key = (operation, a, b) if operation != "multiply" else (operation, a, b, phrasing)
    question = phrasing.format(a=a, b=b)
    if question[-1] in ".!" or question.endswith(" ?"):
        question = roughened(rng, question)
    reply = f"{a} {SYMBOLS[operation]} {b} = {result}."
    return Scene("arithmetic", ((question, reply),), is_held_out(*key))


def word_problem(rng: random.Random) -> Scene:
    """A sum or a difference told as a tiny story."""
    a, b = rng.randint(1, LIMIT), rng.randint(1, LIMIT)
    name, things = rng.choice(NAMES), rng.choice(THINGS)
    if rng.random() < 0.5:
        more = rng.choice(("gets {b} more", "finds {b} more", "buys {b} more"))
        question = f"{name} has {a} {things} and {more.format(b=b)}. How many {things} now?"
        reply = f"{a} + {b} = {a + b}, so {name} has {a + b} {things}."
        held_out = is_held_out("add", a, b)
    else:
        a, b = max(a, b), min(a, b)
        less = rng.choice(("gives away {b}", "loses {b}", "sells {b}"))
        question = f"{name} has {a} {things} and {less.format(b=b)}. How many {things} are left?"
        reply = f"{a} - {b} = {a - b}, so {name} has {a - b} {things}."
        held_out = is_held_out("subtract", a, b)
    return Scene("arithmetic", ((question, reply),), held_out)


def number_sense(rng: random.Random) -> Scene:
    """Comparisons, neighbours, doubles, halves, even and odd."""
    kind = rng.choice(("larger", "smaller", "after", "before", "double", "half", "even"))
    a, b = rng.sample(range(1, 100), 2)
    if kind in ("larger", "smaller"):
        words = {"larger": ("larger", "bigger"), "smaller": ("smaller", "less")}[kind]
        form = rng.choice(
            (
                "Which is {w}, {a} or {b}?",
                "Which number is {w}: {a} or {b}?",
                "What is {w}, {a} or {b}?",
            )
        )
        question = form.format(w=rng.choice(words), a=a, b=b)
        result = max(a, b) if kind == "larger" else min(a, b)
        reply = f"{result} is {kind}."
        key: tuple[object, ...] = (kind, a, b)
    elif kind in ("after", "before"):
        form = rng.choice(
            (
                "Which number comes {k} {a}?",
                "What comes {k} {a}?",
                "What is the number {k} {a}?",
                "Tell me the number {k} {a}.",
                "Which number is just {k} {a}?",
            )
        )
        question = form.format(k=kind, a=a)
        reply = f"The number {kind} {a} is {a + 1 if kind == 'after' else a - 1}."
        key = (kind, a, form)
    elif kind == "double":
        a = rng.randint(1, 20)
        form = rng.choice(("What is the double of {a}?", "Double {a}.", "What is twice {a}?"))
        question, reply = form.format(a=a), f"The double of {a} is {2 * a}."
        key = (kind, a, form)
    elif kind == "half":
        a = 2 * rng.randint(1, 20)
        form = rng.choice(("What is half of {a}?", "Halve {a}.", "How much is half of {a}?"))
        question, reply = form.format(a=a), f"Half of {a} is {a // 2}."
        key = (kind, a, form)
    else:
        form = rng.choice(
            ("Is {a} even or odd?", "Is the number {a} even or odd?", "Even or odd: {a}?")
        )
        question, reply = form.format(a=a), f"{a} is {'odd' if a % 2 else 'even'}."
        key = (kind, a, form)
    return Scene("arithmetic", ((question, reply),), is_held_out(*key))


def counting(rng: random.Random) -> Scene:
    """Count up or down between two numbers."""
    first = rng.randint(1, 20)
    last = first + rng.randint(3, 9)
    numbers = list(range(first, last + 1))
    form = rng.choice(
        (
            "Count from {a} to {b}.",
            "Please count from {a} to {b}.",
            "Can you count from {a} to {b}?",
        )
    )
    if rng.random() < 0.3:
        numbers.reverse()
    question = form.format(a=numbers[0], b=numbers[-1])
    reply = ", ".join(map(str, numbers)) + "."
    return Scene("arithmetic", ((question, reply),), is_held_out("count", *numbers))


def sample(rng: random.Random) -> Scene:
    """Any arithmetic scene."""
    kinds = (calculation, word_problem, number_sense, counting)
    return rng.choices(kinds, (10, 3, 4, 1))[0](rng)
