"""R7: what a prescriber is told before adding a medicine, with level and source."""

from careplan.common.catalogue import medicines
from careplan.plan import interactions
from careplan.plan.interactions import Kind, Stopped


def med(medicine_id):
    return medicines.medicine(medicine_id)


def found(candidate, *active, agents=(), stopped=()):
    return interactions.cautions(
        med(candidate), active=map(med, active), agents=agents, stopped=stopped
    )


def ids(*args, **more):
    return {row.rule_id for row in found(*args, **more)}


def test_r7_two_serotonergic_medicines():
    assert "ix_serotonin" in ids("sertraline", "trazodone")


def test_a_pair_is_found_whichever_medicine_comes_second():
    assert "ix_maoi_14" in ids("sertraline", "phenelzine")
    assert "ix_maoi_14" in ids("phenelzine", "sertraline")


def test_a_medicine_alone_does_not_interact_with_itself():
    assert ids("quetiapine") == set()


def test_one_side_of_a_pair_is_not_enough():
    assert ids("lamotrigine", "sertraline") == set()
    assert "ix_serotonin" not in ids("sertraline", "quetiapine")


def test_a_class_counts_across_families_and_a_combination_is_no_class():
    assert "duplicate" in ids("reboxetine", "atomoxetine")
    assert "duplicate" not in ids("sertraline", "quetiapine")
    levels = [
        row.level
        for row in found("olanzapine_samidorphan", "fluoxetine_olanzapine")
        if row.kind is Kind.DUPLICATE
    ]
    assert levels == ["major"]


def test_an_agent_in_free_text_is_recognised_as_whole_words():
    assert "ix_li_nsaid" in ids("lithium", agents=["Ibuprofen 400 mg"])
    assert "ix_bleed" in ids("sertraline", agents=["aspirin, daily"])
    assert ids("lithium", agents=["vitamin D"]) == set()


def test_two_of_one_class_and_two_of_one_substance():
    (same_class,) = [
        row for row in found("sertraline", "citalopram") if row.kind is Kind.DUPLICATE
    ]
    levels = {
        row.level
        for row in found("fluoxetine", "fluoxetine_olanzapine")
        if row.kind is Kind.DUPLICATE
    }

    assert (same_class.level, same_class.with_what) == ("moderate", "Citalopram")
    assert levels == {"major"}


def test_the_same_medicine_twice_is_a_duplicate():
    assert "duplicate" in ids("sertraline", "sertraline")


def test_an_mao_inhibitor_stopped_too_recently():
    rows = found("sertraline", stopped=[Stopped(med("phenelzine"), 5)])

    assert [(row.kind, row.level) for row in rows] == [
        (Kind.WASHOUT, "contraindicated")
    ]
    assert found("sertraline", stopped=[Stopped(med("phenelzine"), 14)]) == ()


def test_the_worst_comes_first_and_each_has_level_source_and_date():
    rows = found("sertraline", "phenelzine", "trazodone", agents=["aspirin"])
    order = [interactions.ORDER.index(row.level) for row in rows]

    assert order == sorted(order)
    assert all(row.source and row.dated and row.title for row in rows)
    assert rows[0].level == "contraindicated"


def test_every_pair_of_medicines_can_be_judged():
    for first in medicines.all_medicines():
        rows = interactions.cautions(first, active=medicines.all_medicines())
        assert all(row.level in interactions.ORDER for row in rows)
