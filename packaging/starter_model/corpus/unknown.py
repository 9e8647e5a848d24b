"""Questions outside of the domain, which have one honest answer."""

from __future__ import annotations

import random

from starter_model.corpus.core import (
    Scene,
    capitalised,
    invented_word,
    is_held_out,
    listed,
    roughened,
)
from starter_model.corpus.smalltalk import person

REPLY = "I do not know that. I am a tiny model and know only a few hundred facts."

TEMPLATES = (
    "Who won the {sport} final in {year}?",
    "Who was the president in {year}?",
    "What happened in the year {year}?",
    "What is the weather in {city}?",
    "How is the weather in {city} today?",
    "How many people live in {city}?",
    "What time is it in {city}?",
    "How far is it from {city} to {city2}?",
    "What does a flight to {city} cost?",
    "Which hotel is good in {city}?",
    "Who is {name} {surname}?",
    "Who wrote the book about {name} {surname}?",
    "When was {name} {surname} born?",
    "What is the phone number of {name} {surname}?",
    "Where does {name} {surname} live?",
    "What did {name} {surname} invent?",
    "What is the capital of {word}?",
    "Which language do people speak in {word}?",
    "What is the opposite of {lower}?",
    "What is the meaning of {lower}?",
    "What is {a} {lower}?",
    "Explain {lower}.",
    "What is the plural of {lower}?",
    "What is the chemical symbol for {lower}?",
    "Who is the king of {word}?",
    "Where is {word}?",
    "What is the price of {stock}?",
    "How do I repair {device}?",
    "Which {device2} should I buy?",
    "What are the side effects of {drug}?",
    "Can you translate this into {language}?",
    "Translate good morning into {language}.",
    "What is the plot of the film {word}?",
    "Who sings the song {word}?",
    "What is the recipe for {dish}?",
    "How do I cook {dish}?",
    "What is the square root of {big}?",
    "What is {big} times {big2}?",
    "Write a poem about {abstract}.",
    "Write an essay about {abstract}.",
    "What do you think about {abstract}?",
    "What is the history of {abstract}?",
    "Who invented {invention}?",
    "When was {invention} invented?",
    "How does {invention} work?",
    "What is the news today?",
    "What day is it today?",
    "What time is it?",
    "How old is {name} {surname}?",
    "Why is {abstract} important?",
    "Why is {thing} {quality}?",
    "Why do {people} {habit}?",
    "Why are {people} so {quality}?",
    "How do {people} {habit}?",
    "When do {people} {habit}?",
    "Where do {people} {habit}?",
    "Do {people} {habit}?",
    "How {quality} is {thing}?",
    "Is {thing} {quality}?",
    "Who discovered {thing}?",
    "Who owns {thing}?",
    "What is inside {thing}?",
    "Where can I buy {thing}?",
    "Write a {text} about {thing}.",
    "Write a {text}.",
    "Write me a {text} for my boss.",
    "Can you write a {text}?",
    "Compare {thing} with {abstract}.",
    "Summarise this {text} for me.",
    "What should I do about {abstract}?",
    "Give me advice about {abstract}.",
    "What is the best {device2}?",
    "Should I learn {language}?",
)
SLOTS = {
    "sport": listed("football tennis chess hockey cricket rugby golf boxing"),
    "city": listed(
        "Chicago Boston Hamburg Milan Geneva Osaka Mumbai Sydney Dallas Leeds Porto Kraków"
    ),
    "stock": ("gold today", "oil", "a house", "the new phone", "bitcoin", "a train ticket"),
    "device": listed(
        "my car|my phone|a washing machine|a printer|my laptop|a fridge|my radio", "|"
    ),
    "thing": listed(
        "the sky|the sea|the ceiling|my garden|the economy|this river|my cat|that house|the train|"
        "my knee|the wall|this town|the museum|my neighbour|the office|that movie|the coffee here",
        "|",
    ),
    "quality": listed("blue old tall loud cold famous expensive strange dangerous popular empty"),
    "people": listed(
        "people|children|doctors|cats|students|my friends|politicians|engineers|bees|tourists", "|"
    ),
    "habit": listed(
        "sleep so much|pay taxes|learn new languages|travel to the moon|vote|need money|sing|"
        "build bridges|get sick|move to other countries|fall in love|drink so much tea",
        "|",
    ),
    "text": listed("poem haiku letter speech novel sonnet review report recipe limerick"),
    "device2": listed("phone laptop camera car bicycle printer guitar watch"),
    "drug": listed("aspirin ibuprofen penicillin insulin antibiotics"),
    "language": listed("German French Spanish Latin Russian Chinese Polish Greek"),
    "dish": listed("lasagna|risotto|onion soup|pancakes|goulash|ramen|curry|paella", "|"),
    "abstract": listed(
        "freedom|democracy|love|war and peace|economics|philosophy|climate change|religion|"
        "politics|modern art|education|justice|capitalism|the Roman Empire|the French Revolution",
        "|",
    ),
    "invention": listed(
        "the telephone|the printing press|dynamite|the steam engine|the radio|penicillin|"
        "the aeroplane|the light bulb|nuclear fusion|a blockchain|a diesel engine|a transistor",
        "|",
    ),
}
SURNAMES = listed(
    "Smith Miller Brown Taylor Wilson Evans Walker Wright Hall Green Baker Hill Clark Cooper"
)


def sample(rng: random.Random) -> Scene:
    """A question that the model must not pretend to answer."""
    word = invented_word(rng)
    cities = rng.sample(SLOTS["city"], 2)
    big, big2 = rng.sample(range(101, 9999), 2)
    values: dict[str, object] = {slot: rng.choice(options) for slot, options in SLOTS.items()}
    values |= {
        "year": rng.randint(1200, 2020),
        "city": cities[0],
        "city2": cities[1],
        "name": person(rng),
        "surname": rng.choice((*SURNAMES, capitalised(word))),
        "word": capitalised(word),
        "lower": word,
        "a": "a",
        "big": big,
        "big2": big2,
    }
    question = rng.choice(TEMPLATES).format(**values)
    return Scene("unknown", ((roughened(rng, question), REPLY),), is_held_out("unknown", question))
