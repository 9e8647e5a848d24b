"""Word games over a list of short words: spelling, reversing, first and last letters, lengths."""

from __future__ import annotations

import random

from starter_model.corpus.core import Scene, capitalised, is_held_out, listed, roughened

WORDS = listed(
    "cat dog sun bee car hat pen cup fox pig bed bus key map egg ice jam net owl box "
    "tree fish bird moon star book rain snow frog lion bear milk cake door hand ship road leaf "
    "king ring ball boat goat wolf nest rose salt wind fire gold lamp duck corn rock sand song "
    "apple bread chair cloud dream earth grass green horse house light lemon mouse music night "
    "ocean paper piano plant queen river sheep smile snake spoon stone storm sugar table tiger "
    "train water whale world"
)

FORMS = {
    "spell": (
        "Spell {w}.",
        "How do you spell {w}?",
        "Spell the word {w}.",
        "Please spell {w}.",
        "Can you spell {w}?",
        "Can you spell the word {w} for me?",
        "What are the letters of {w}?",
        "Write {w} letter by letter.",
        "How is {w} spelled?",
        "Tell me the letters of the word {w}.",
        "I want to know how to spell {w}.",
        "Give me the letters in {w}.",
        "Could you spell {w}, please?",
        "Spell {w} for me.",
        "Which letters are in {w}?",
    ),
    "reverse": (
        "Reverse {w}.",
        "Spell {w} backwards.",
        "What is {w} backwards?",
        "Reverse the word {w}.",
        "Please reverse {w}.",
        "Can you reverse {w}?",
        "Can you spell {w} backwards?",
        "Write {w} backwards.",
        "Turn the word {w} around.",
        "How do you write {w} in reverse?",
        "Say {w} backwards.",
        "Spell the word {w} in reverse.",
        "What is the reverse of {w}?",
        "Give me {w} in reverse.",
        "Write the word {w} from the end to the start.",
    ),
    "first": (
        "What is the first letter of {w}?",
        "Which letter does {w} start with?",
        "What letter does {w} begin with?",
        "Tell me the first letter of {w}.",
        "First letter of {w}?",
        "With which letter does {w} start?",
        "Give me the first letter of the word {w}.",
        "Do you know the first letter of {w}?",
    ),
    "last": (
        "What is the last letter of {w}?",
        "Which letter does {w} end with?",
        "What letter does {w} end in?",
        "Tell me the last letter of {w}.",
        "Last letter of {w}?",
        "With which letter does {w} end?",
        "Give me the last letter of the word {w}.",
        "Do you know the last letter of {w}?",
    ),
    "length": (
        "How many letters are in {w}?",
        "How many letters does {w} have?",
        "How long is the word {w}?",
        "Count the letters in {w}.",
        "How many letters has the word {w}?",
        "Tell me how many letters are in {w}.",
        "What is the number of letters in {w}?",
        "Can you count the letters of {w}?",
    ),
}


def sample(rng: random.Random) -> Scene:
    """One word game. A small model cannot spell a word that it never saw spelled, so the split
    is over pairs of word and phrasing, not over words."""
    game = rng.choice(("spell", "spell", "reverse", "reverse", "first", "last", "length"))
    word = rng.choice(WORDS)
    form = rng.choice(FORMS[game])
    reply = {
        "spell": f"{capitalised(word)} is spelled {'-'.join(word)}.",
        "reverse": f"{capitalised(word)} backwards is {'-'.join(reversed(word))}.",
        "first": f"The first letter of {word} is {word[0]}.",
        "last": f"The last letter of {word} is {word[-1]}.",
        "length": f"{capitalised(word)} has {len(word)} letters.",
    }[game]
    question = roughened(rng, form.format(w=word))
    return Scene("word games", ((question, reply),), is_held_out(game, word, form))
