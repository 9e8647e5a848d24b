"""Questions about the conversation itself: names, favourites, repeating, the last question."""

from __future__ import annotations

import random
from collections.abc import Callable

from starter_model.corpus.core import Scene, capitalised, invented_word, is_held_out, listed
from starter_model.corpus.smalltalk import introduction, person

Filler = Callable[[random.Random], Scene]

ASK_NAME = (
    "What is my name?",
    "Do you remember my name?",
    "What's my name?",
    "Who am I?",
    "Can you tell me my name?",
    "Say my name.",
    "Do you know my name?",
    "Tell me my name.",
)
REPEAT = (
    "Say that again.",
    "Can you repeat that?",
    "Please repeat that.",
    "Once more, please.",
    "Could you say that again?",
    "Repeat your answer.",
    "What did you say?",
    "Pardon?",
)
LAST_QUESTION = (
    "What did I just ask?",
    "What did I ask you?",
    "What was my question?",
    "Repeat my question.",
    "What was my last question?",
)
FAVOURITES = {
    "colour": listed("red blue green yellow orange purple pink white black brown"),
    "animal": listed("dog cat horse rabbit lion owl fox bear whale penguin"),
    "fruit": listed("apple banana cherry grape lemon orange pear plum mango melon"),
    "food": listed("pizza soup bread rice cheese pasta salad cake honey fish"),
    "season": listed("spring summer autumn winter"),
    "sport": listed("football tennis hockey chess swimming running cycling golf"),
}


def _fill(rng: random.Random, filler: Filler, counts: tuple[int, ...]) -> tuple[list, bool]:
    """Unrelated turns between being told something and being asked for it."""
    scenes = [filler(rng) for _ in range(rng.choice(counts))]
    turns = [turn for scene in scenes for turn in scene.turns]
    return turns, any(scene.held_out for scene in scenes)


def name_recall(rng: random.Random, filler: Filler) -> Scene:
    """The user's name, a few turns later; or the honest answer when it was never given."""
    between, tainted = _fill(rng, filler, (0, 0, 1, 1, 2, 3))
    asked = rng.choice(ASK_NAME)
    if rng.random() < 0.2:
        reply = "You have not told me your name."
        held_out = is_held_out("no name", asked, len(between)) or tainted
        return Scene("memory", (*between, (asked, reply)), held_out, opener=True)
    told = introduction(rng)
    name = told.turns[0][1].removeprefix("Nice to meet you, ").split("!", maxsplit=1)[0]
    turns = (*told.turns, *between, (asked, f"Your name is {name}."))
    return Scene("memory", turns, told.held_out or tainted)


def favourite_recall(rng: random.Random, filler: Filler) -> Scene:
    """A favourite thing or the name of a pet, a few turns later."""
    between, tainted = _fill(rng, filler, (0, 0, 1, 2))
    if rng.random() < 0.5:
        kind = rng.choice(list(FAVOURITES))
        thing = rng.choice(FAVOURITES[kind])
        told = f"My favourite {kind} is {thing}."
        asked = rng.choice(("What is my favourite {k}?", "Do you remember my favourite {k}?"))
        ask, reply = asked.format(k=kind), f"Your favourite {kind} is {thing}."
        noted = f"I will remember that your favourite {kind} is {thing}."
        held_out = is_held_out("favourite", kind, thing, asked)
    else:
        pet = rng.choice(listed("dog cat horse rabbit parrot hamster fish"))
        name = person(rng)
        told = rng.choice(("I have a {p} called {n}.", "My {p} is called {n}.")).format(
            p=pet, n=name
        )
        ask = rng.choice(("What is my {p} called?", "What is the name of my {p}?")).format(p=pet)
        reply = f"Your {pet} is called {name}."
        noted = f"{name} is a nice name for a {pet}."
        told = told.format(p=pet, n=name)
        held_out = is_held_out("name", name)
    return Scene("memory", ((told, noted), *between, (ask, reply)), held_out or tainted)


def repeat(rng: random.Random, filler: Filler) -> Scene:
    """Say the last answer again, or the last question."""
    scene = filler(rng)
    question, reply = scene.turns[-1]
    if rng.random() < 0.6:
        form, again = rng.choice(REPEAT), reply
    else:
        form, again = rng.choice(LAST_QUESTION), f"You asked: {question}"
    held_out = is_held_out("repeat", question) or scene.held_out
    return Scene("memory", (*scene.turns, (form, again)), held_out)


def echo(rng: random.Random) -> Scene:
    """Repeat a word that the user gives, which trains plain copying."""
    word = invented_word(rng)
    words = word if rng.random() < 0.5 else f"{word} {invented_word(rng)}"
    form = rng.choice(("Say {w}.", "Repeat after me: {w}", "Please say {w}.", "Write {w}."))
    reply = f"{capitalised(words)}."
    return Scene("memory", ((form.format(w=words), reply),), is_held_out("echo", words))


def sample(rng: random.Random, filler: Filler) -> Scene:
    """Any scene that needs the conversation."""
    kind = rng.choices((name_recall, favourite_recall, repeat), (4, 3, 3))[0]
    return kind(rng, filler)
