"""T4: short skills in our own words, with author, date, licence and reading level."""

import re

import pytest

from careplan.common.catalogue import skills


def test_there_are_a_dozen_and_each_says_who_wrote_it_when_and_under_what_licence():
    """T4."""
    rows = skills.all_skills()
    assert len(rows) == 12
    assert len({row.id for row in rows}) == 12
    for row in rows:
        assert row.author
        assert row.dated
        assert row.licence == "AGPL-3.0-or-later"
        assert row.review.is_draft
    assert skills.skill("no such") is None


@pytest.mark.parametrize("row", skills.all_skills(), ids=lambda row: row.id)
def test_the_reading_level_is_kept(row):
    """T4: the grade written on a skill is not lower than what its words need."""
    assert grade(" ".join(row.steps)) <= row.reading_level


def grade(text: str) -> float:
    """Flesch-Kincaid grade, with syllables counted as groups of vowels."""
    sentences = [part for part in re.split(r"[.!?:]+", text) if part.strip()]
    words = re.findall(r"[a-z']+", text.lower())
    sounds = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * sounds / len(words) - 15.59


def _syllables(word: str) -> int:
    stem = word.removesuffix("e") if not word.endswith("le") else word
    return max(1, len(re.findall(r"[aeiouy]+", stem)))
