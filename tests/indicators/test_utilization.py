"""Use of services: from totals, from records, with the design said."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from commsvc.errors import CommsvcError
from commsvc.indicators import utilization as u
from commsvc.indicators.measure import measure
from commsvc.inference.design import Design


def test_two_week_rates_of_shenzhen(cases):
    case = cases["two_week"]
    for count_of in ("persons", "episodes"):
        row = u.two_week_rate(case[count_of], case["surveyed"], count_of=count_of).iloc[0]
        assert row["estimate"] == pytest.approx(case[f"rate_{count_of}"], abs=5e-5)
        assert row["base"] == case["surveyed"]


def test_two_week_wilson_against_statsmodels():
    row = u.two_week_rate(849, 3400, count_of="persons", design="srs").iloc[0]
    low, high = proportion_confint(849, 3400, method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-12)
    unknown = u.two_week_rate(849, 3400, count_of="persons", design="unknown").iloc[0]
    assert "holds only if" in unknown["note"]


def test_two_week_refusals():
    with pytest.raises(CommsvcError, match="did you mean 'persons'"):
        u.two_week_rate(849, 3400, count_of="person")
    with pytest.raises(CommsvcError, match="it is more"):
        u.two_week_rate(3500, 3400, count_of="persons")
    with pytest.raises(CommsvcError, match="not a range"):
        u.two_week_rate("800多", 3400, count_of="persons", design="srs")
    with pytest.raises(CommsvcError, match="no design 'random'"):
        u.two_week_rate(849, 3400, count_of="persons", design="random")
    with pytest.raises(CommsvcError, match="ignores the weights"):
        u.two_week_rate(8, 34, count_of="persons", design=Design.sample(weights="w"))


def test_two_week_from_answers_counts_both_ways():
    frame = pd.DataFrame({"n": [0, 1, 3, 0, None, 2], "sex": list("mmmfff")})
    persons = u.two_week(frame, "n", count_of="persons", by="sex", design="census")
    episodes = u.two_week(frame, "n", count_of="episodes", by="sex", design="srs")
    assert persons["count"].tolist() == [2, 1]
    assert episodes["count"].tolist() == [4, 2]
    assert persons["base"].tolist() == [3, 2]
    assert "1 without an answer" in persons["note"].iloc[1]
    # Student's interval of 0, 1, 3.
    assert episodes["low"].iloc[0] == pytest.approx(4 / 3 - 4.302652729749 * (7 / 9) ** 0.5)
    with pytest.raises(CommsvcError, match="no number of episodes"):
        u.two_week(pd.DataFrame({"n": [1.5]}), "n", count_of="persons")


def test_row_order_does_not_matter():
    frame = pd.DataFrame({"n": [0, 1, 3, 0, 2], "sex": list("mfmfm")})
    there = u.two_week(frame, "n", count_of="episodes", by="sex")
    back = u.two_week(frame.iloc[::-1], "n", count_of="episodes", by="sex")
    pd.testing.assert_frame_equal(
        there.sort_values("group", ignore_index=True), back.sort_values("group", ignore_index=True)
    )


def test_unmet_need():
    frame = pd.DataFrame({"need": [1, 1, 1, 0, 1], "got": [1, 0, None, 0, 1]})
    row = u.unmet_need(frame, needed="need", obtained="got", design="census").iloc[0]
    assert (row["count"], row["base"]) == (1, 3)
    assert "0.250 to 0.500" in row["note"]
    with pytest.raises(CommsvcError, match="no one in need"):
        u.unmet_need(frame.iloc[3:4], needed="need", obtained="got")


def test_visits_of_report_1():
    assert u.visits_per_head("32.57万人次", "近97万").estimate == Fraction(325700, 970000)
    assert u.visits_per_head("32.57万人次", "近97万").could_print("0.336")
    per_day = u.visits_per_staff_day("19.2万人次", 197, 250)
    assert per_day.values.low == Fraction(191500, 197 * 250)
    for counted_in in (True, False):
        assert not u.home_visit_share(
            "1.48万人次", "19.2万人次", counted_in=counted_in
        ).could_print("12.3%")


def test_visits_are_not_persons():
    with pytest.raises(CommsvcError, match="must be visits"):
        u.visits_per_head(measure(100, "persons"), 1000)
    with pytest.raises(CommsvcError, match="must be persons"):
        u.visits_per_head(100, measure(1000, "households"))
    with pytest.raises(CommsvcError, match="working days"):
        u.visits_per_staff_day(100, 10, 0)


def test_records_are_a_stock_of_persons_or_households():
    kept = measure("68.9万份")
    with pytest.raises(CommsvcError, match="must be persons"):
        u.records_coverage(kept, "近97万", unit="persons")
    as_persons = kept.counted_as("persons", why="one a person")
    assert u.records_coverage(as_persons, "近97万", unit="persons").estimate == Fraction(689, 970)
    with pytest.raises(CommsvcError, match="must be a stock"):
        u.records_coverage(
            measure("26万余份", kind="flow").counted_as("persons", why="x"), 10, unit="persons"
        )
    over = u.records_coverage(as_persons, 600_000, unit="persons")
    assert "more records than" in over.note


def test_crude_rate_needs_a_flow():
    assert u.crude_rate(measure(5, "episodes"), 1000).estimate == 5
    with pytest.raises(CommsvcError, match="is a stock"):
        u.crude_rate(measure(5, "persons"), 1000)
    with pytest.raises(CommsvcError, match="do not say"):
        u.crude_rate(5, 1000)


def test_cost_and_substitution_of_report_1():
    assert u.cost_per_visit("1478.7万元", "32.57万人次").could_print("45.4元")
    dear = u.implied_cost_elsewhere("45.4元", "1/3")
    assert dear.face == Fraction("136.2")
    table = u.substitution("45.4元", 1000, fraction="1/3", shares_moved={"all": 1})
    assert table["estimate"].item() == pytest.approx(90800)
    # Twice the cost here: 45.35 to 45.45, and no wider.
    assert (table["low"].item(), table["high"].item()) == (90700, 90900)
    loose = u.substitution("45.4元", 1000, cost_elsewhere=dear, shares_moved={"all": 1})
    assert loose["low"].item() < table["low"].item()
    with pytest.raises(CommsvcError, match="one of the two"):
        u.substitution("45.4元", 1000)
    with pytest.raises(CommsvcError, match="0 to 1"):
        u.substitution("45.4元", 1000, fraction="1/3", shares_moved={"x": 2})
    assert u.implied_cost_elsewhere(50, "50%").face == 100


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
def test_referrals_balance(pairs):
    levels = ["station", "centre", "hospital"]
    frame = pd.DataFrame([(levels[a], levels[b]) for a, b in pairs], columns=["from", "to"])
    table = u.referrals(frame, source="from", target="to", levels=levels).set_index("group")
    back = u.referrals(frame, source="to", target="from", levels=levels).set_index("group")
    assert table.loc[["up", "down", "sideways"], "estimate"].sum() == pytest.approx(1)
    assert table.loc["up", "count"] == back.loc["down", "count"]
    assert ("balance" in table.index) == any(b > a for a, b in pairs)


def test_referral_refusals():
    frame = pd.DataFrame({"from": ["station"], "to": ["hospitl"]})
    with pytest.raises(CommsvcError, match="did you mean 'hospital'"):
        u.referrals(frame, source="from", target="to", levels=["station", "hospital"])


def test_first_contact_with_ties_is_a_range():
    frame = pd.DataFrame(
        {
            "id": [1, 1, 2, 3, 3, 4],
            "day": [2, 1, 5, 7, 7, 1],
            "at": ["hospital", "station", "hospital", "station", "hospital", "station"],
        }
    )
    both = u.first_contact(frame, person="id", when="day", place="at", community={"station"})
    assert both[["low", "high"]].to_numpy().tolist() == [[2 / 4, 3 / 4]]
    sure = u.first_contact(
        frame.query("id != 3"), person="id", when="day", place="at", community={"station"}
    )
    assert sure["estimate"].item() == 2 / 3
    with pytest.raises(CommsvcError, match="no place 'clinic'"):
        u.first_contact(frame, person="id", when="day", place="at", community={"clinic"})


def test_insurance_adds_up_and_refuses():
    frame = pd.DataFrame({"cost": [100, 50], "paid": [60, 0]})
    table = u.insurance(frame, cost="cost", paid="paid").set_index("group")["estimate"]
    assert table.to_dict() == {
        "reimbursed share": 0.4,
        "visits with reimbursement": 0.5,
        "out of pocket": 45.0,
    }
    with pytest.raises(CommsvcError, match="row 1"):
        u.insurance(pd.DataFrame({"c": [1, 1], "p": [0, 2]}), cost="c", paid="p")


def test_standardised_rates_with_one_make_up_are_crude():
    frame = pd.DataFrame(
        {
            "town": ["A", "A", "B", "B"],
            "age": ["y", "o"] * 2,
            "n": [3, 9, 5, 5],
            "people": [100, 50, 200, 100],
        }
    )
    names = {"by": "town", "stratum": "age", "events": "n", "population": "people"}
    table = u.standardised_rates(frame, **names)
    crude, direct = table.iloc[0::2], table.iloc[1::2]
    assert crude["estimate"].tolist() == pytest.approx(direct["estimate"].tolist())
    assert (table["low"] < table["estimate"]).all()
    given_ = u.standardised_rates(frame, **names, standard={"y": 1, "o": 0})
    assert given_["estimate"].iloc[1] == pytest.approx(30)
    with pytest.raises(CommsvcError, match="no row for"):
        u.standardised_rates(frame.head(3), **names)
    with pytest.raises(CommsvcError, match="two rows"):
        u.standardised_rates(pd.concat([frame, frame]), **names)
    with pytest.raises(CommsvcError, match="no stratum of the standard"):
        u.standardised_rates(frame, **names, standard={"y": 1})


def test_trend_solves_the_poisson_equations():
    frame = pd.DataFrame({"year": [2003, 2001, 2002], "n": [121, 100, 116], "people": 1000})
    table = u.trend(frame, period="year", events="n", population="people")
    assert table["group"].tolist() == ["2001", "2002", "2003", "average change"]
    growth = 1 + table["estimate"].iloc[-1]
    fitted = growth ** (frame["year"] - 2001)
    fitted *= frame["n"].sum() / fitted.sum()
    assert (frame["year"] - 2002) @ fitted == pytest.approx((frame["year"] - 2002) @ frame["n"])
    with pytest.raises(CommsvcError, match="masked year"):
        u.trend(frame.assign(year="20xx"), period="year", events="n", population="people")
    with pytest.raises(CommsvcError, match="three at least"):
        u.trend(frame.head(2), period="year", events="n", population="people")


def test_revenue_is_visits_times_cost_and_divides_back():
    total = u.visit_revenue("32.57万人次", "45.4元")
    assert (total.unit, total.kind) == ("yuan", "flow")
    # 325 650 visits at 45.35 yuan are the least that prints so.
    assert total.values.low == Fraction(325650) * Fraction("45.35")
    assert u.cost_per_visit(total, "32.57万人次").could_print("45.4元")
    with pytest.raises(CommsvcError, match="must be visits"):
        u.visit_revenue(measure(100, "persons"), 45)


def test_simulated_visits_say_so_and_feed_the_indicators():
    visits = u.simulate_visits(7, 300)
    pd.testing.assert_frame_equal(visits, u.simulate_visits(7, 300))
    assert visits["simulated"].all()
    assert visits.attrs == {"simulated": True, "seed": 7}
    assert visits["person"].nunique() == 300
    assert visits["day"].between(1, 365).all()
    assert visits["paid"].between(0, visits["cost"]).all()
    sent = visits.dropna(subset=["referred_to"])
    assert (sent["place"] != sent["referred_to"]).all()
    levels = ["station", "centre", "hospital"]
    table = u.referrals(sent, source="place", target="referred_to", levels=levels)
    assert table.set_index("group").loc[["up", "down", "sideways"], "count"].sum() == len(sent)
    with pytest.raises(CommsvcError, match="at least one person"):
        u.simulate_visits(7, 0)
