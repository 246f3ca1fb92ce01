"""Long tests begin first, in each process of a run."""

from tests.order import spread


class Item:
    """What a test tells about itself."""

    def __init__(self, name):
        self.name = name
        self.nodeid = f"{name.partition(' of ')[2] or name}.py::{name}"

    def get_closest_marker(self, marker):
        return marker if self.name.startswith("long") else None


def ordered(names, processes):
    return [item.name for item in spread([Item(name) for name in names], processes)]


def test_each_process_begins_with_its_share_of_the_long_ones():
    names = ["a", "long 1", "b", "c", "long 2", "d", "long 3", "e"]
    assert ordered(names, 2) == [
        "long 1", "long 3", "a", "b", "long 2", "c", "d", "e"
    ]  # fmt: skip


def test_the_long_ones_of_one_module_stay_together():
    names = ["long 1 of x", "a", "long 2 of y", "b", "long 3 of x", "c"]
    assert ordered(names, 2) == [
        "long 1 of x", "long 3 of x", "a", "long 2 of y", "b", "c"
    ]  # fmt: skip


def test_in_one_process_they_are_first_and_the_rest_stays_as_it_was():
    assert ordered(["b", "a", "long 1"], 1) == ["long 1", "b", "a"]


def test_none_is_lost_or_doubled_whatever_their_number():
    for processes in (1, 2, 3, 7):
        for long in range(6):
            names = [f"long {n}" for n in range(long)] + list("abcd")
            assert sorted(ordered(names, processes)) == sorted(names)
