"""Short stories from a grammar: a character, a wish or a trouble, a helper, an ending."""

from __future__ import annotations

import random
from dataclasses import dataclass

from starter_model.corpus.core import Scene, article, capitalised, is_held_out, listed, roughened
from starter_model.corpus.smalltalk import person

ANIMALS = listed(
    "rabbit mouse fox bear cat dog owl hedgehog squirrel duck frog turtle lion elephant horse goat"
)
ADJECTIVES = listed("little young brave shy clever kind curious old funny quiet")
PLACES = (
    "in a green forest",
    "in a small village",
    "in a house by the sea",
    "in a quiet valley",
    "in an old garden",
    "on a farm on a hill",
    "in a town near the river",
    "on a warm island",
)
OBJECTS = listed("kite hat ball key lantern drum book boat bell scarf map basket")
COLOURS = listed("red blue green yellow golden silver white")
SKILLS = (
    ("swim", "swam across the lake"),
    ("sing", "sang a song for the whole village"),
    ("paint", "painted a picture of the sunset"),
    ("bake bread", "baked a warm loaf for everybody"),
    ("dance", "danced at the summer party"),
    ("build a boat", "built a boat that could really float"),
    ("read", "read a whole book alone"),
    ("whistle", "whistled like a bird"),
)
FOODS = listed("cake soup bread honey apples cheese pie nuts")
SPOTS = (
    "under a big tree",
    "behind the old mill",
    "near the bridge",
    "in the tall grass",
    "beside the well",
    "on top of the hill",
)


@dataclass(frozen=True)
class Cast:
    """Who is in the story."""

    hero: str
    animal: str
    adjective: str
    helper: str
    helper_animal: str
    place: str


def _cast(rng: random.Random, hero: str | None, animal: str | None) -> Cast:
    animal = animal or rng.choice(ANIMALS)
    return Cast(
        hero or person(rng),
        animal,
        rng.choice(ADJECTIVES),
        person(rng),
        rng.choice([other for other in ANIMALS if other != animal]),
        rng.choice(PLACES),
    )


def _beginning(rng: random.Random, c: Cast) -> str:
    kind = f"{c.adjective} {c.animal}"
    return rng.choice(
        (
            f"Once upon a time, {article(kind)} {kind} called {c.hero} lived {c.place}.",
            f"{capitalised(c.place)} there lived {article(kind)} {kind} called {c.hero}.",
        )
    )


def _lost(rng: random.Random, c: Cast) -> tuple[list[str], str]:
    thing = f"{rng.choice(COLOURS)} {rng.choice(OBJECTS)}"
    spot = rng.choice(SPOTS)
    middle = [
        f"One morning, {c.hero} could not find the {thing}.",
        f"{c.hero} looked everywhere and felt sad.",
        f"Then {c.helper} the {c.helper_animal} came and offered to help.",
        f"Together they searched, and at last they found the {thing} {spot}.",
        f"{c.hero} thanked {c.helper}, and they played until the evening.",
    ]
    return middle, f"{c.hero} lost the {thing}, and {c.helper} helped to find it {spot}."


def _learned(rng: random.Random, c: Cast) -> tuple[list[str], str]:
    skill, feat = rng.choice(SKILLS)
    middle = [
        f"{c.hero} wanted to learn to {skill}, but it was very hard.",
        f'{c.helper} the {c.helper_animal} said, "Try a little every day, and I will help you."',
        f"So {c.hero} practised every morning and did not give up.",
        f"After many days, {c.hero} {feat}.",
        f"{c.helper} was proud, and {c.hero} was very happy.",
    ]
    return middle, f"{c.hero} practised with {c.helper} and learned to {skill}."


def _shared(rng: random.Random, c: Cast) -> tuple[list[str], str]:
    food = rng.choice(FOODS)
    middle = [
        f"One cold day, {c.hero} had some {food} and wanted to eat it alone.",
        f"Then {c.helper} the {c.helper_animal} knocked at the door, tired and hungry.",
        f"{c.hero} thought for a moment and shared the {food}.",
        "They sat by the fire and told each other stories.",
        f"From that day on, {c.hero} and {c.helper} were friends.",
    ]
    return middle, f"{c.hero} shared the {food} with {c.helper}, and they became friends."


def _storm(rng: random.Random, c: Cast) -> tuple[list[str], str]:
    spot = rng.choice(SPOTS)
    middle = [
        f"One night, a great storm came, and {c.hero} was afraid.",
        f"{c.hero} heard a cry {spot} and ran out into the rain.",
        f"It was {c.helper} the {c.helper_animal}, who was lost in the dark.",
        f"{c.hero} brought {c.helper} home and made some hot tea.",
        "In the morning the sun was shining, and nobody was afraid any more.",
    ]
    return middle, f"In a storm, {c.hero} found {c.helper} {spot} and brought {c.helper} home."


PLOTS = (_lost, _learned, _shared, _storm)
FREE = (
    "Tell me a story.",
    "Tell me a short story.",
    "Write a short story.",
    "Can you tell me a story?",
    "I want to hear a story.",
    "Please tell me a bedtime story.",
    "Make up a story.",
    "Do you know a story?",
    "Write a story for children.",
    "A story, please.",
)
ABOUT = (
    "Tell me a story about {k}.",
    "Tell me a short story about {k}.",
    "Write a short story about {k}.",
    "Can you tell me a story about {k}?",
    "I want to hear a story about {k}.",
    "Please write a story about {k}.",
    "Make up a story about {k}.",
    "Tell me a bedtime story about {k}.",
)


def compose(
    rng: random.Random, hero: str | None = None, animal: str | None = None
) -> tuple[str, str, Cast]:
    """A story, its summary in one sentence, and its cast."""
    cast = _cast(rng, hero, animal)
    middle, summary = rng.choice(PLOTS)(rng, cast)
    return " ".join([_beginning(rng, cast), *middle]), summary, cast


def sample(rng: random.Random) -> Scene:
    """A story on request, sometimes followed by a request about it."""
    choice = rng.random()
    animal = hero = None
    if choice < 0.25:
        question = rng.choice(FREE)
    else:
        animal = rng.choice(ANIMALS)
        wanted = f"{article(animal)} {animal}"
        if choice < 0.6:
            hero = person(rng)
            wanted += f" called {hero}"
        question = rng.choice(ABOUT).format(k=wanted)
    story, summary, cast = compose(rng, hero, animal)
    turns = [(roughened(rng, question), story)]
    held_out = is_held_out("name", cast.hero) or is_held_out("name", cast.helper)
    if rng.random() > 0.4:
        return Scene("stories", tuple(turns), held_out, graded=False)
    kind = f"{article(cast.adjective)} {cast.adjective} {cast.animal}"
    forms, reply = rng.choice(
        (
            (
                ("Make it shorter.", "Shorter, please.", "Can you make that shorter?"),
                summary,
            ),
            (("Sum it up in one sentence.", "Summarise the story."), summary),
            (
                ("Who is the story about?", "Who was it about?", "Who is the hero?"),
                f"The story is about {cast.hero}, {kind}.",
            ),
            (
                ("Who helped?", "Who else is in the story?", "Who is the friend?"),
                f"{cast.helper} the {cast.helper_animal}.",
            ),
        )
    )
    turns.append((rng.choice(forms), reply))
    return Scene("follow-ups", tuple(turns), held_out)
