"""Korean text, usable alone: particles and sums for the eye, normalised and pronounced words for the ear. Pure."""

from dure.base.korean.counters import Hours
from dure.base.korean.limits import TEXT_LETTERS_MAX, WORDS_LETTERS_MAX, TextTooLong
from dure.base.korean.normalising import Reading, is_spoken, normalise, read
from dure.base.korean.particles import final_sound, with_particle, won_short
from dure.base.korean.pronouncing import PAUSES, Change, explain, pronounce
from dure.base.korean.scan import Found

__all__ = [
    "PAUSES",
    "TEXT_LETTERS_MAX",
    "WORDS_LETTERS_MAX",
    "Change",
    "Found",
    "Hours",
    "Reading",
    "TextTooLong",
    "explain",
    "final_sound",
    "is_spoken",
    "normalise",
    "pronounce",
    "read",
    "with_particle",
    "won_short",
]
