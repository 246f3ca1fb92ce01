"""Every known-answer case of the clinical design is somebody's test."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
# The numbers of section 15; the gaps in it are cases that were withdrawn.
CASES = {
    *range(1, 19),
    *(20, 21, 23, 24, 25, 26, 28, 29, 30, 32, 33, 34),
    *(37, 38, 39, 40, 41, 42, 44, 46, 47, 49, 50, 51, 54, 55, 56, 58, 59, 61),
    *(62, 63, 64, 65, 66, 68, 69, 70, 72, 73, 74, 75, 77, 78, 79, 80),
    *(82, 83, 84, 85, 87, 88, 89, 91, 92, 93, 94, 95, 96, 97, 100),
    *(102, 103, 106, 107, 108, 109, 110, 111, 112, 113),
}


def cases_with_a_test():
    text = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    single = {int(found) for found in re.findall(r"case[-_ ](\d+)", text)}
    for first, last in re.findall(r"cases (\d+)-(\d+)", text):
        single |= set(range(int(first), int(last) + 1))
    return single


def test_every_known_answer_case_is_tested():
    assert CASES - cases_with_a_test() == set()
