"""What is said of a whole document: its rule, its lists, its bases."""

from __future__ import annotations

import pytest

from commsvc.errors import CommsvcError
from commsvc.published.claims import candidate_denominators, infer_rule, sums_to_100
from commsvc.published.claims.percentages import check_list


def shares(*cases: tuple[int, int, str]) -> list[dict[str, object]]:
    return [
        {"kind": "share", "id": f"{c}/{n}", "count": c, "of": n, "printed": p} for c, n, p in cases
    ]


def test_one_rule_explains_figures_that_were_cut_off() -> None:
    found = infer_rule(shares((1, 56, "1.78%"), (32, 56, "57.14%"), (12, 56, "21.42%")))
    assert found.rule == "truncate"
    assert found.told_apart == 2
    table = found.table.set_index("level")
    assert table.loc["half_up", "exceptions"] == ("1/56", "12/56")
    assert (table["count"] <= table["base"]).all()


def test_one_figure_alone_can_tell_the_rules_apart() -> None:
    found = infer_rule(shares((20, 42, "47%"), (17, 42, "40%"), (19, 42, "45.2%")))
    assert (found.rule, found.told_apart) == ("truncate", 1)
    assert found.message == "cutting off explains all 3 figures; 1 of them tells the rules apart"


def test_figures_that_hold_under_all_rules_tell_nothing() -> None:
    found = infer_rule(shares((1, 2, "50%"), (1, 4, "25%")))
    assert found.rule == "half_up"
    assert found.told_apart == 0
    assert "do not tell them apart" in found.message


def test_rules_at_odds_are_reported_with_the_exceptions() -> None:
    found = infer_rule(shares((1, 56, "1.78%"), (2, 3, "66.67%"), (1, 3, "40%")))
    assert found.rule is None
    assert found.unexplained == ("1/3",)


def test_nothing_to_infer_from_is_an_error() -> None:
    with pytest.raises(CommsvcError, match="no claim can be decided"):
        infer_rule([{"kind": "same", "printed": ["1", "1"]}])


@pytest.mark.parametrize(
    ("announced", "items", "verdict"),
    [
        ("3项", ["a", "b", "c"], "consistent"),
        ("四项", ["a", "b", "c"], "inconsistent"),
        (3, ["a", "b", "b"], "inconsistent"),
        ("十几个", [str(i) for i in range(12)], "consistent"),
        ("10多个", [str(i) for i in range(10)], "inconsistent"),
    ],
)
def test_a_list_against_its_announcement(
    announced: str | int, items: list[str], verdict: str
) -> None:
    assert check_list(announced, items).verdict == verdict


def test_shares_that_make_up_the_whole() -> None:
    assert sums_to_100(["70%", "26%", "4%"], of=230).recomputed["tables"] == 4
    assert sums_to_100(["70%", "26%", "5%"]).verdict == "consistent"
    assert sums_to_100(["70%", "26%", "6%"]).verdict == "inconsistent"
    assert sums_to_100(["33.3%", "33.3%", "33.3%"]).verdict == "consistent"
    # Two cut-off thirds reach 100 with 34, three do not within 99.9 cut off.
    assert sums_to_100(["50.0%", "49.9%"], of=1000).verdict == "inconsistent"


@pytest.mark.parametrize(("base", "places"), [(42, 1), (7, 0), (999, 1), (1000, 1), (2500, 1)])
def test_reached_values_are_those_counted_one_by_one(base: int, places: int) -> None:
    row = candidate_denominators(f"{0:.{places}f}%", [base]).iloc[0]
    printed = {(2 * 100 * 10**places * k + base) // (2 * base) for k in range(base + 1)}
    assert row["reached"] == len(printed)
    assert row["possible"] == 100 * 10**places + 1


def test_a_share_of_42_reaches_43_of_1001_values() -> None:
    row = candidate_denominators("47.6%", [42]).iloc[0]
    assert (row["reached"], row["possible"]) == (43, 1001)
    assert row["note"] == "a share of 42 reaches 43 of 1001 values"
    assert row["chance"] == pytest.approx(43 / 1001)


def test_items_may_be_told_one_by_one() -> None:
    assert check_list(3, (letter for letter in "abc")).verdict == "consistent"
