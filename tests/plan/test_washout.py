"""MAO inhibitor gaps: cases 68-73 of clinical.md section 15 (R7)."""

import pytest

from careplan.common.catalogue import medicines
from careplan.plan.washout import washout


def level(stopped, started, days):
    found = washout(medicines.medicine(stopped), medicines.medicine(started), days=days)
    return found and found.level.value


@pytest.mark.parametrize(
    ("stopped", "started", "days", "says"),
    [
        pytest.param("sertraline", "phenelzine", 13, "contraindicated", id="case-68a"),
        pytest.param("sertraline", "phenelzine", 14, "clear", id="case-68b"),
        pytest.param("fluoxetine", "phenelzine", 34, "contraindicated", id="case-69a"),
        pytest.param("fluoxetine", "phenelzine", 35, "clear", id="case-69b"),
        pytest.param(
            "vortioxetine", "phenelzine", 20, "contraindicated", id="case-70a"
        ),
        pytest.param("vortioxetine", "phenelzine", 21, "clear", id="case-70b"),
        pytest.param("venlafaxine", "phenelzine", 6, "contraindicated", id="case-72a"),
        pytest.param("venlafaxine", "phenelzine", 7, "caution", id="case-72b"),
        pytest.param("venlafaxine", "phenelzine", 14, "clear", id="case-72c"),
        pytest.param("phenelzine", "sertraline", 13, "contraindicated", id="case-73a"),
        pytest.param("phenelzine", "sertraline", 14, "clear", id="case-73b"),
        ("fluoxetine_olanzapine", "phenelzine", 34, "contraindicated"),
        ("duloxetine", "phenelzine", 5, "caution"),
        ("moclobemide", "sertraline", 0, "contraindicated"),
        ("moclobemide", "sertraline", 1, "caution"),
        ("sertraline", "moclobemide", 13, "contraindicated"),
        ("phenelzine", "lisdexamfetamine", 13, "contraindicated"),
    ],
)
def test_gap(stopped, started, days, says):
    assert level(stopped, started, days) == says


@pytest.mark.parametrize(
    ("stopped", "started"), [("phenelzine", "selegiline"), ("sertraline", "lithium")]
)
def test_no_rule_on_file_is_not_called_clear(stopped, started):
    assert level(stopped, started, 0) is None


def test_the_finding_shows_its_basis():
    found = washout(
        medicines.medicine("sertraline"), medicines.medicine("phenelzine"), days=3
    )

    assert found.source
    assert (found.label_minimum_days, found.days, found.is_draft) == (14, 3, True)


def test_fewer_than_no_days_is_refused():
    with pytest.raises(ValueError, match="before"):
        level("sertraline", "phenelzine", -1)
