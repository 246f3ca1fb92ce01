"""A1 to A4, A8, B1: every address, every method, everybody, own and others' objects.

Three times: as it runs, with the application's filter off, and with row security off.
"""

import random
import re

import pytest

from tests.access import addresses, cells, switches
from tests.access.scene import Scene
from tests.access.table import TABLE
from tests.access.thrift import WHOLE, thrift

# With one lock off the suite asks what reads by everybody unlike the others, and a
# seeded sample of what acts. With both on it asks what acts by everybody. What reads has
# been asked of each lock alone, and both together refuse what one refuses and answer
# what each answers: of that it asks a sample, and of whoever the locks were not asked
# about, all who may. Of what is turned away before any look at data, and of methods that
# are not there, a smaller sample. `manage.py prove access` asks every cell all three ways.
EVERY = [pytest.param(a, id=a.name) for a in addresses.every() if a.name in TABLE]
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
READ = ("GET",)
MAIN = ("GET", "POST")
SAMPLE = 3  # cells an address of what a run does not ask whole
TURNED_AWAY = 1  # and of those turned away before any look at data
NO_METHOD = 3  # and, with both locks on, of GET or POST where there is none
SEED = 20261120
AT_THE_SECOND = {"patient", "other_patient", "therapist", "therapist_elsewhere"}
# Whoever stands where another identity already stands: on a page of their own, where no
# object is in the address, and with one lock off.
ALIKE = {"link_holder", "suspended", "operator", "other_patient"}
ALIKE_AT_HOME = ALIKE | {
    "therapist_elsewhere",
    "prescriber_elsewhere",
    "prescriber_ended",
    "suspended_post",
}
ALIKE_BY_ONE_LOCK = ALIKE | {"therapist_elsewhere", "prescriber_ended"}


def test_every_address_has_a_line_and_no_line_is_left_over():
    assert {a.name for a in addresses.every()} ^ set(TABLE) == set()


def grouped(wrong: list[tuple[cells.Cell, str]]) -> str:
    """Say each thing that is wrong once, with everybody it happened to."""
    said: dict[tuple[str, str, str], list[str]] = {}
    for cell, what in wrong:
        what = IDS.sub("...", what)
        about = cell.record + (" mixed" if cell.is_mixed else "")
        said.setdefault((cell.method, about, what), []).append(cell.who.name)
    lines = [f"{m} {a}: {w}  [{', '.join(who)}]" for (m, a, w), who in said.items()]
    return "\n".join(lines)


def check(scene: Scene, chosen, record_property, **how) -> None:
    wrong, leaks, count = [], 0, 0
    with thrift():
        for cell in chosen:
            verdict = cells.ask(cell, scene, **how)
            count += 1
            leaks += verdict.leaks
            wrong += [(cell, what) for what in verdict.wrong]
    record_property("cells", count)
    record_property("leaks", leaks)
    if wrong:
        pytest.fail(f"{len(wrong)} cells wrong:\n{grouped(wrong)}", pytrace=False)


@pytest.mark.parametrize("address", EVERY)
def test_access(scene, address, record_property):
    check(scene, _all_of_it(address, scene), record_property)


@pytest.mark.parametrize("address", EVERY)
def test_access_when_the_database_alone_decides(scene, address, record_property):
    with switches.application_filter_off(scene):
        check(scene, _part(address, scene), record_property, reads_statuses=False)


@pytest.mark.parametrize("address", EVERY)
def test_access_when_the_application_alone_decides(
    scene, rows_open, address, record_property
):
    check(scene, _part(address, scene), record_property)


def _all_of_it(address, scene):
    """Give what acts, and whoever has to sign in first; of what else, a sample."""
    every = list(cells.of(address, scene))
    if WHOLE:
        yield from every
        return
    telling = [cell for cell in every if _tells(cell)]
    yield from (cell for cell in telling if _tells_of_both(cell))
    for method in MAIN:
        none = [c for c in telling if _has_none(c) and c.method == method]
        yield from _sample(address, none, NO_METHOD)
    yield from _sampled_reads(address, [c for c in telling if _is_looking_read(c)])
    yield from _samples(address, (c for c in every if not _tells(c)))


def _tells_of_both(cell):
    """Say whether both locks together are asked, whatever each of them said alone."""
    if cells.is_turned_away(cell):
        return not _has_none(cell)
    is_new = not _tells_of_a_lock(cell) and _may(cell)
    return cell.method not in READ or is_new


def _sampled_reads(address, reads):
    """Give some who may and some who may not of those each lock was asked about."""
    rest = [c for c in reads if not _tells_of_both(c)]
    known = [c for c in rest if _tells_of_a_lock(c)]
    yield from _sample(address, [c for c in known if _may(c)], SAMPLE)
    yield from _sample(address, [c for c in known if not _may(c)], SAMPLE)
    yield from _sample(address, [c for c in rest if not _tells_of_a_lock(c)], SAMPLE)


def _may(cell):
    return cells.allowed(TABLE[cell.address.name].rule(cell.method), cell)


def _has_none(cell):
    return TABLE[cell.address.name].rule(cell.method).is_none


def _is_looking_read(cell):
    return cell.method in READ and not cells.is_turned_away(cell)


def _tells(cell):
    """Say whether a cell is asked in every run: at a second record most are strangers."""
    if WHOLE:
        return True
    if cell.method not in MAIN:
        return False
    if cell.is_mixed:
        return cell.who.name in {"patient", "therapist", "prescriber"}
    if cell.record == "":
        return cell.method in READ or cell.who.name not in ALIKE_AT_HOME
    return cell.record != "noor" or cell.who.name in AT_THE_SECOND


def _part(address, scene):
    """Give what everybody reads who is unlike the others, and a sample of acts.

    One lock alone is asked about what looks at data; who is turned away before that
    meets neither lock, and has been asked everywhere by the first run.
    """
    every = list(cells.of(address, scene))
    yield from (cell for cell in every if _tells_of_a_lock(cell))
    yield from _samples(address, (c for c in every if not _tells_of_a_lock(c)))


def _tells_of_a_lock(cell):
    if WHOLE:
        return True
    alike = ALIKE_BY_ONE_LOCK if cell.record == "maya" else ALIKE
    alike = ALIKE_AT_HOME if cell.record == "" else alike
    return _is_looking_read(cell) and _tells(cell) and cell.who.name not in alike


def _samples(address, found):
    """Give some of the acts, and one or two of everything else."""
    every = list(found)
    looking = [c for c in every if not cells.is_turned_away(c)]
    turned_away = [c for c in every if cells.is_turned_away(c)]
    yield from _sample(address, [c for c in looking if c.method == "POST"], SAMPLE)
    yield from _sample(address, [c for c in looking if c.method in READ], 1)
    yield from _sample(address, [c for c in looking if c.method not in MAIN], 1)
    yield from _sample(address, turned_away, TURNED_AWAY)


def _sample(address, every, size):
    if WHOLE or len(every) <= size:
        return every
    return random.Random(f"{SEED}{address.name}").sample(every, size)


@pytest.fixture
def rows_open(scene):
    # For one test only: the tests of the other lock may run between two of these.
    with switches.row_security_off():
        yield
