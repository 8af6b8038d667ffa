"""A list as a claim of a claims file: the number announced against the items."""

import pytest

from commsvc.published.claims import audit, check_list


@pytest.mark.parametrize(
    ("printed", "items", "verdict"),
    [
        ("四个", ["a", "b", "c", "d"], "consistent"),
        ("四个", ["a", "b", "c", "c"], "inconsistent"),
        ("十几个", list(range(12)), "consistent"),
        ("十几个", list(range(9)), "inconsistent"),
        ("四个", [], "inconsistent"),
        ("四个", None, "undecidable"),
        ("__个", ["a"], "undecidable"),
        ("四个", "abcd", "unreadable"),
        (["四个"], ["a"], "unreadable"),
    ],
)
def test_a_list_is_judged_like_any_claim(printed, items, verdict):
    table = audit([{"id": "x", "kind": "list", "printed": printed, "items": items}])
    assert table["verdict"].tolist() == [verdict]


def test_items_may_be_told_one_by_one():
    assert check_list(3, (letter for letter in "abc")).verdict == "consistent"
