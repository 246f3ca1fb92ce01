"""After a long gap nobody starts again alone: case 106."""

from datetime import timedelta

import pytest

from careplan.plan import restart


@pytest.mark.parametrize(
    ("medicine", "hours", "alerts"),
    [
        pytest.param("clozapine", 47, False, id="case-106a"),
        pytest.param("clozapine", 48, True, id="case-106b"),
        pytest.param("lamotrigine", 120, False, id="case-106c"),
        pytest.param("lamotrigine", 121, True, id="case-106d"),
        ("lamotrigine", 120.5, True),
        ("prazosin", 72, True),
        ("sertraline", 5000, False),
        ("no such medicine", 5000, False),
    ],
)
def test_restart_alert(medicine, hours, alerts):
    found = restart.restart_alert(medicine, gap=timedelta(hours=hours))

    assert (found is not None) is alerts


def test_the_patient_reads_one_sentence_and_the_clinician_the_source():
    found = restart.restart_alert("clozapine", gap=timedelta(hours=60))

    assert found.patient_text == "Contact your prescriber before the next dose."
    assert found.source
