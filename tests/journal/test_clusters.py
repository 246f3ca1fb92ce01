"""Side-effect levels and the nine clusters: cases 74-91 of clinical.md section 15."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.common.catalogue import medicines, side_effects
from journal import clusters
from journal.clusters import Facts, Level, MedicineFact, PersonFact, Report
from journal.refusals import ReportRefused

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADULT = PersonFact(age=40)


def ago(**how_long):
    return NOW - timedelta(**how_long)


def taking(medicine_id, **facts):
    row = medicines.medicine(medicine_id)
    return MedicineFact(
        medicine_id=row.id,
        tags=frozenset(row.tags),
        discontinuation_risk=row.discontinuation_risk,
        **facts,
    )


def assess(*medicine_facts, person=ADULT, recent=(), **severities):
    entry = tuple(Report(item, strong, NOW) for item, strong in severities.items())
    return clusters.assess(
        Facts(
            entry=entry,
            recent=tuple(recent),
            medicines=medicine_facts,
            person=person,
            now=NOW,
        )
    )


def test_case_74():
    found = assess(taking("sertraline"), tremor=1, sweating=1, fever=1)

    assert found.level == Level.EMERGENCY
    assert found.cluster_ids == ("cl_serotonin",)


def test_case_75():
    medicine = taking("sertraline", raised_at=ago(days=2))
    found = assess(medicine, tremor=2, sweating=2)

    assert found.level == Level.URGENT
    assert found.cluster_ids == ("cl_serotonin_early",)


def test_case_77():
    found = assess(taking("quetiapine"), fever=1, muscle_stiff=1)

    assert (found.level, found.cluster_ids) == (Level.EMERGENCY, ("cl_nms",))


@pytest.mark.parametrize(
    ("medicine", "reports", "level", "ids"),
    [
        pytest.param("quetiapine", {"muscle_stiff": 1}, "URGENT", (), id="case-78"),
        pytest.param(
            "lithium", {"diarrhoea": 1}, "URGENT", ("cl_lithium_fluid",), id="case-79"
        ),
        pytest.param("sertraline", {"diarrhoea": 1}, "ROUTINE", (), id="case-80"),
        pytest.param("lamotrigine", {"rash": 1}, "URGENT", ("cl_rash",), id="case-82"),
        pytest.param(
            "lamotrigine",
            {"rash": 1, "fever": 1},
            "EMERGENCY",
            ("cl_rash",),
            id="case-83",
        ),
        pytest.param("sertraline", {"rash": 1}, "URGENT", (), id="case-84"),
        pytest.param(
            "citalopram",
            {"palpitations": 1, "fainting": 1},
            "EMERGENCY",
            (),
            id="case-91",
        ),
    ],
)
def test_level_and_clusters(medicine, reports, level, ids):
    found = assess(taking(medicine), **reports)

    assert (found.level.name, found.cluster_ids) == (level, ids)


def test_case_85():
    medicine = taking("sertraline", raised_at=ago(days=10))
    found = assess(medicine, person=PersonFact(age=22), suicidal=1)

    assert found.level == Level.EMERGENCY
    assert found.cluster_ids == ("cl_young_suicidal",)
    assert found.opens_safety_flow
    assert found.prescriber_at_once


def test_case_87():
    person = PersonFact(age=40, bipolar_on_record=True)
    found = assess(taking("sertraline"), person=person, high_mood=1)

    assert (found.level, found.cluster_ids) == (Level.URGENT, ("cl_switch",))


@pytest.mark.parametrize(
    ("zaps", "level"),
    [
        pytest.param(1, Level.ROUTINE, id="case-88"),
        pytest.param(3, Level.URGENT, id="case-89"),
    ],
)
def test_withdrawal_after_a_cut(zaps, level):
    medicine = taking("paroxetine", lowered_at=ago(days=3))
    found = assess(medicine, electric_zaps=zaps, dizziness=1)

    assert (found.level, found.cluster_ids) == (level, ("cl_withdrawal",))


@pytest.mark.parametrize(
    ("medicine", "missed", "fires"),
    [("paroxetine", 1, True), ("sertraline", 1, False), ("sertraline", 2, True)],
)
def test_missed_doses_count_by_how_hard_the_medicine_is_to_stop(
    medicine, missed, fires
):
    found = assess(taking(medicine, missed_in_a_row=missed), nausea=1, headache=1)

    assert ("cl_withdrawal" in found.cluster_ids) is fires


@pytest.mark.parametrize(("days", "fires"), [(14, True), (15, False)])
def test_withdrawal_has_a_window_of_14_days(days, fires):
    medicine = taking("paroxetine", lowered_at=ago(days=days))

    assert bool(assess(medicine, nausea=1, headache=1).clusters) is fires


def test_a_symptom_earlier_on_the_day_of_the_cut_counts():
    assert assess(
        taking("paroxetine", lowered_at=NOW + timedelta(hours=5)), nausea=1, headache=1
    ).clusters
    later = taking("paroxetine", lowered_at=NOW + timedelta(hours=13))
    assert not assess(later, nausea=1, headache=1).clusters


@pytest.mark.parametrize(
    ("age", "days", "fires"),
    [(25, 28, True), (26, 28, False), (25, 29, False), (18, 0, True)],
)
def test_young_means_25_or_under_and_recent_means_28_days(age, days, fires):
    person = PersonFact(age=age)
    for change in ("raised_at", "lowered_at"):
        medicine = taking("sertraline", **{change: ago(days=days)})
        found = assess(medicine, person=person, suicidal=1)
        assert found.prescriber_at_once is fires
        assert found.opens_safety_flow


@pytest.mark.parametrize(("hours", "fires"), [(72, True), (73, False)])
def test_early_serotonin_signs_need_a_raise_within_72_hours(hours, fires):
    medicine = taking("sertraline", raised_at=ago(hours=hours))

    found = assess(medicine, tremor=2, sweating=2)

    assert ("cl_serotonin_early" in found.cluster_ids) is fires
    assert not assess(medicine, tremor=1, sweating=2).clusters


@pytest.mark.parametrize(("hours", "level"), [(72, "EMERGENCY"), (73, "URGENT")])
def test_two_items_count_as_together_for_72_hours(hours, level):
    before = [Report("palpitations", 1, ago(hours=hours))]

    assert assess(recent=before, fainting=1).level.name == level


def test_a_rash_is_remembered_for_14_days():
    def found(days):
        before = [Report("rash", 1, ago(days=days))]
        return assess(taking("lamotrigine"), recent=before, fever=1).cluster_ids

    assert found(14) == ("cl_rash",)
    assert found(15) == ()


def test_high_mood_without_bipolar_or_a_positive_check_is_no_switch():
    assert assess(taking("sertraline"), high_mood=1).clusters == ()
    person = PersonFact(age=40, high_mood_positive=True)
    found = assess(taking("sertraline"), person=person, high_mood=1)
    assert found.cluster_ids == ("cl_switch",)


def test_lithium_counts_two_new_or_moderate_symptoms():
    lithium = taking("lithium")

    assert "cl_lithium" in assess(lithium, tremor=2, drowsiness=2).cluster_ids
    assert "cl_lithium" in assess(lithium, tremor=1, drowsiness=1).cluster_ids
    old = [
        Report("tremor", 1, NOW, is_new_or_worse=False),
        Report("drowsiness", 1, NOW, is_new_or_worse=False),
    ]
    facts = Facts(entry=tuple(old), medicines=(lithium,), person=ADULT, now=NOW)
    assert clusters.assess(facts).clusters == ()


def test_a_fever_after_yesterdays_rash_raises_both():
    rash = [Report("rash", 1, ago(days=1))]

    on_lamotrigine = assess(taking("lamotrigine"), recent=rash, fever=1)
    on_sertraline = assess(taking("sertraline"), recent=rash, fever=1)

    assert on_lamotrigine.cluster_ids == ("cl_rash",)
    assert on_lamotrigine.level == on_sertraline.level == Level.EMERGENCY


@pytest.mark.parametrize(("hours", "level"), [(72, "EMERGENCY"), (73, "URGENT")])
def test_an_earlier_rash_is_raised_by_a_fever_within_72_hours(hours, level):
    rash = [Report("rash", 1, ago(hours=hours))]

    assert assess(taking("sertraline"), recent=rash, fever=1).level.name == level
    assert assess(taking("sertraline"), recent=rash, nausea=1).level == Level.ROUTINE


def test_the_items_that_set_the_level_are_named():
    assert assess(nausea=1, agitation=1).raised_by == ("agitation",)


def test_on_lithium_a_symptom_that_is_not_new_counts_from_moderate():
    def fires(strong):
        entry = tuple(
            Report(item, strong, NOW, is_new_or_worse=False)
            for item in ("tremor", "drowsiness")
        )
        facts = Facts(
            entry=entry, medicines=(taking("lithium"),), person=ADULT, now=NOW
        )
        return "cl_lithium" in clusters.assess(facts).cluster_ids

    assert [fires(strong) for strong in (1, 2, 3)] == [False, True, True]


def test_an_old_cluster_is_not_raised_again_by_something_else():
    before = [Report("nms", 1, ago(hours=5))]

    found = assess(taking("quetiapine"), recent=before, dry_mouth=1)

    assert (found.level, found.clusters) == (Level.ROUTINE, ())


def test_a_report_outside_the_window_does_not_count():
    old = [Report("fever", 1, ago(hours=73))]

    assert assess(taking("quetiapine"), recent=old, muscle_stiff=1).clusters == ()


def test_a_confirmed_question_escalates():
    condition = "cannot pass urine at all"
    report = Report("urine_hesitancy", 1, NOW, confirmed=frozenset({condition}))
    facts = Facts(entry=(report,), medicines=(), person=ADULT, now=NOW)

    assert clusters.assess(facts).level == Level.EMERGENCY


def test_an_unknown_age_counts_as_young():
    medicine = taking("sertraline", raised_at=ago(days=10))

    found = assess(medicine, person=PersonFact(age=None), suicidal=1)

    assert found.prescriber_at_once


def test_a_strong_routine_report_makes_a_task_for_the_next_working_day():
    assert assess(nausea=3).next_day_task
    assert not assess(nausea=2).next_day_task
    assert not assess(agitation=3).next_day_task


def test_a_strength_that_was_not_given_hides_no_warning():
    raised = taking("sertraline", raised_at=ago(days=1))

    assert (
        "cl_serotonin_early" in assess(raised, tremor=None, sweating=None).cluster_ids
    )
    assert assess(suicidal=None).opens_safety_flow
    assert not assess(nausea=None).next_day_task


def test_severity_0_is_no_report():
    assert assess(taking("lithium"), suicidal=0).level == Level.NONE


@pytest.mark.parametrize(("item", "strong"), [("nonsense", 1), ("nausea", 4)])
def test_what_is_not_on_the_list_is_refused(item, strong):
    with pytest.raises(ReportRefused):
        assess(**{item: strong})


def test_a_symptom_is_new_unless_it_was_as_strong_a_week_ago():
    today = Report("tremor", 1, NOW)

    assert clusters.is_new_or_worse(today, [Report("tremor", 1, ago(days=3))])
    assert not clusters.is_new_or_worse(today, [Report("tremor", 1, ago(days=7))])
    assert clusters.is_new_or_worse(today, [Report("nausea", 1, ago(days=7))])
    assert clusters.is_new_or_worse(
        Report("tremor", 2, NOW), [Report("tremor", 1, ago(days=8))]
    )


ITEMS = [row.id for row in side_effects.all_side_effects()]
IDS = [row.id for row in medicines.all_medicines()]
reports = st.builds(
    Report,
    item=st.sampled_from(ITEMS),
    severity=st.none() | st.integers(0, 3),
    at=st.integers(0, 400).map(lambda hours: ago(hours=hours)),
    is_new_or_worse=st.booleans(),
)
change_times = st.none() | st.integers(0, 40).map(lambda days: ago(days=days))
facts = st.builds(
    Facts,
    entry=st.lists(reports, max_size=4).map(tuple),
    recent=st.lists(reports, max_size=4).map(tuple),
    medicines=st.lists(
        st.builds(
            taking,
            st.sampled_from(IDS),
            raised_at=change_times,
            lowered_at=change_times,
            missed_in_a_row=st.integers(0, 3),
        ),
        max_size=3,
    ).map(tuple),
    person=st.builds(
        PersonFact,
        age=st.none() | st.integers(18, 80),
        bipolar_on_record=st.booleans(),
        high_mood_positive=st.booleans(),
    ),
    now=st.just(NOW),
)


@given(facts, reports)
def test_adding_a_report_never_lowers_the_level(known, extra):
    before = clusters.assess(known)

    for more in (
        {"entry": (*known.entry, extra)},
        {"recent": (*known.recent, extra)},
    ):
        values = {
            name: getattr(known, name)
            for name in ("entry", "recent", "medicines", "person", "now")
        }
        after = clusters.assess(Facts(**(values | more)))
        assert after.level >= before.level
        assert set(before.cluster_ids) <= set(after.cluster_ids)
        assert after.opens_safety_flow >= before.opens_safety_flow


@given(facts)
def test_the_level_is_never_below_that_of_an_item_in_the_entry(known):
    own = [
        Level[side_effects.side_effect(row.item).level.upper()]
        for row in known.entry
        if row.felt >= 1
    ]

    assert clusters.assess(known).level >= max(own, default=Level.NONE)
