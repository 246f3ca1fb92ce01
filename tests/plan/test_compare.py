"""L10: any two versions compare in plain words, from what was signed."""

from careplan.plan.compare import Change, FactChange, what_changed


def version(*items: tuple[str, str, dict[str, str]]) -> dict:
    rows = [
        {"id": key, "kind": "medicine", "name": name, "facts": facts}
        for key, name, facts in items
    ]
    return {"medicines": {"items": rows}}


SERTRALINE_50 = ("1", "Sertraline", {"Dose": "50 mg in the morning", "For": "worry"})
SERTRALINE_75 = ("1", "Sertraline", {"Dose": "75 mg in the morning", "For": "worry"})
MIRTAZAPINE = ("2", "Mirtazapine", {"Dose": "15 mg at bedtime"})


def test_only_the_line_that_changed_is_named() -> None:
    (change,) = what_changed(version(SERTRALINE_50), version(SERTRALINE_75))
    assert change.change is Change.CHANGED
    assert change.name == "Sertraline"
    assert change.facts == (
        FactChange("Dose", "50 mg in the morning", "75 mg in the morning"),
    )


def test_what_came_and_what_went_are_told_apart() -> None:
    changes = what_changed(version(SERTRALINE_50), version(MIRTAZAPINE))
    assert [(c.change, c.name) for c in changes] == [
        (Change.ADDED, "Mirtazapine"),
        (Change.ENDED, "Sertraline"),
    ]


def test_order_alone_is_no_change() -> None:
    one = version(SERTRALINE_50, MIRTAZAPINE)
    other = version(MIRTAZAPINE, SERTRALINE_50)
    assert what_changed(one, other) == ()


def test_a_version_is_equal_to_itself() -> None:
    assert what_changed(version(MIRTAZAPINE), version(MIRTAZAPINE)) == ()


def test_a_section_that_was_not_there_counts_as_empty() -> None:
    (change,) = what_changed({}, version(MIRTAZAPINE))
    assert change.change is Change.ADDED
    assert change.facts == (FactChange("Dose", "", "15 mg at bedtime"),)


def test_a_new_name_is_a_changed_line() -> None:
    renamed = ("2", "Mirtazapine (Zispin)", MIRTAZAPINE[2])
    (change,) = what_changed(version(MIRTAZAPINE), version(renamed))
    assert change.facts[0].label == "name"
