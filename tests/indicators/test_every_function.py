"""What every indicator keeps to: neither units nor the order of rows matter; wrong is refused.

Each line is one function's invariant or refusal; what is special to a function stands in its own
file.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation, resources, utilization, volunteers
from commsvc.indicators.from_records import from_records
from commsvc.indicators.measure import measure
from commsvc.inference import Design

COUNTS = st.integers(1, 10**6)


def value(ratio) -> float:
    return float(ratio.estimate)


def persons(n):
    return measure(n, "persons")


@given(COUNTS, COUNTS, st.integers(2, 50))
def test_ratios_of_copies_are_the_ratio(a, b, times):
    """Twice the places with twice of everything have the same rate."""
    visits = lambda n: measure(n, "visits", kind="flow")  # noqa: E731
    for ratio in (
        lambda k: utilization.visits_per_head(visits(k * a), k * b),
        lambda k: utilization.visits_per_staff_day(visits(k * a), k * b, 250),
        lambda k: utilization.contact_share(k * a, k * b),
        lambda k: utilization.home_visit_share(k * a, k * (a + b), counted_in=True),
        lambda k: utilization.cost_per_visit(measure(k * a, "yuan"), visits(k * b)),
        lambda k: utilization.crude_rate(measure(k * a, "episodes"), k * b),
        lambda k: utilization.records_coverage(persons(k * a), persons(k * b), unit="persons"),
        lambda k: resources.staff_density(k * a, k * b),
        lambda k: resources.load_per(visits(k * a), measure(k * b, "providers")),
        lambda k: resources.villages_per_centre(k * a, k * b),
        lambda k: volunteers.organisations_per_community(k * a, k * b),
        lambda k: volunteers.participation(persons(k * a), persons(k * (a + b))),
    ):
        assert value(ratio(times)) == pytest.approx(value(ratio(1)), rel=1e-12)


@given(COUNTS, COUNTS)
def test_shares_of_one_whole_add_up(a, b):
    assert value(utilization.contact_share(a, b)) + value(
        utilization.contact_share(b, a)
    ) == pytest.approx(1)
    beside = utilization.home_visit_share(a, a + b, counted_in=False)
    within = utilization.home_visit_share(a, a + b, counted_in=True)
    assert value(beside) < value(within)
    assert value(within) + b / (a + b) == pytest.approx(1)
    assert value(resources.staff_density(a, b, scale=10_000)) == pytest.approx(
        10 * value(resources.staff_density(a, b))
    )


@given(st.integers(1, 1000), COUNTS)
def test_revenue_cost_and_what_it_implies_go_round(cost, visits):
    revenue = utilization.visit_revenue(visits, cost)
    seen = measure(visits, "visits", kind="flow")
    assert value(utilization.cost_per_visit(revenue, seen)) == cost
    elsewhere = utilization.implied_cost_elsewhere(cost, "1/4")
    assert elsewhere.face == 4 * cost
    saved = utilization.substitution(cost, visits, fraction="1/4", shares_moved={"all": 1})
    assert saved["estimate"].item() == 3 * cost * visits
    asked = utilization.substitution(
        cost, visits, cost_elsewhere=4 * cost, shares_moved={"all": 1, "half": 0.5}
    )
    assert asked["estimate"].tolist() == [3 * cost * visits, 1.5 * cost * visits]


@given(st.integers(0, 10**6))
def test_the_order_of_rows_is_nothing(seed):
    rng = np.random.default_rng(seed)
    n = 30
    frame = pd.DataFrame(
        {
            "id": rng.integers(0, 9, n),
            "day": rng.integers(1, 9, n),
            "at": rng.choice(["station", "hospital"], n),
            "to": rng.choice(["station", "hospital"], n),
            "n": rng.integers(0, 4, n),
            "need": rng.integers(0, 2, n),
            "got": rng.integers(0, 2, n),
            "cost": rng.integers(50, 90, n),
            "paid": rng.integers(0, 50, n),
        }
    )
    frame.loc[0, "need"] = 1
    mixed = frame.sample(frac=1, random_state=seed)

    def first(data):
        return utilization.first_contact(
            data, person="id", when="day", place="at", community={"station"}
        )

    assert first(frame).equals(first(mixed))
    for made in (
        lambda d: utilization.two_week(d, "n", count_of="episodes", design="srs"),
        lambda d: utilization.unmet_need(d, needed="need", obtained="got", design="srs"),
        lambda d: utilization.insurance(d, cost="cost", paid="paid"),
        lambda d: utilization.referrals(
            d, source="at", target="to", levels=["station", "hospital"]
        ),
    ):
        one, other = made(frame), made(mixed)
        assert one["estimate"].tolist() == pytest.approx(other["estimate"].tolist(), nan_ok=True)


TOWNS = pd.DataFrame(
    {
        "town": ["A", "A", "B", "B", "C", "C"],
        "age": ["young", "old"] * 3,
        "n": [10, 30, 20, 15, 8, 9],
        "people": [1000, 500, 2000, 250, 700, 300],
    }
)
BY = {"by": "town", "stratum": "age", "events": "n", "population": "people"}


def test_rates_and_their_ratios():
    rates = utilization.standardised_rates(TOWNS, **BY).set_index("group")
    direct = rates[rates["method"].str.startswith("directly")]["estimate"]
    crude = rates[~rates["method"].str.startswith("directly")]["estimate"]
    against_a = utilization.rate_ratios(TOWNS, **BY, against="A").set_index(["group", "level"])
    for town in "BC":
        row = against_a.loc[(town, "standardised")]
        assert row["estimate"] == pytest.approx(direct[town] / direct["A"])
        assert against_a.loc[(town, "crude"), "estimate"] == pytest.approx(crude[town] / crude["A"])
        back = utilization.rate_ratios(TOWNS, **BY, against=town).set_index(["group", "level"])
        turned = back.loc[("A", "standardised")]
        assert [1 / turned["high"], 1 / turned["low"]] == pytest.approx([row["low"], row["high"]])
        assert turned["p"] == pytest.approx(row["p"])
    # One stratum: the standardised ratio is the crude one, with the interval of its logarithm.
    one = TOWNS[TOWNS["age"] == "old"]
    both = utilization.rate_ratios(one, **BY, against="A").set_index(["group", "level"])
    row = both.loc[("B", "standardised")]
    assert row["estimate"] == pytest.approx(both.loc[("B", "crude"), "estimate"])
    half = 1.959964 * np.sqrt(1 / 30 + 1 / 15)
    assert [row["low"], row["high"]] == pytest.approx(
        [row["estimate"] * np.exp(-half), row["estimate"] * np.exp(half)], rel=1e-6
    )
    # Events and people in thousands, or a standard twice as large, change no ratio.
    scaled = TOWNS.assign(n=TOWNS["n"] * 3, people=TOWNS["people"] * 3)
    again = utilization.rate_ratios(scaled, **BY, against="A")["estimate"]
    assert again.tolist() == pytest.approx(against_a["estimate"].tolist())


SITES = pd.DataFrame({"site": ["a", "b"], "bed": ["有", "不详"], "lamp": ["无", "有"]})


@given(st.integers(0, 3))
def test_unknown_cells_only_widen(which):
    """A cell that becomes known lies within what it was before."""
    rows = [["有", "不详"], ["不详", "有"]]
    open_ = pd.DataFrame(rows, columns=["bed", "lamp"]).assign(site=["a", "b"])
    known = open_.replace("不详", ["有", "无"][which % 2])
    for table in (resources.item_availability, resources.compliance_summary):
        wide, narrow = (table(d, ["bed", "lamp"], site="site") for d in (open_, known))
        assert (narrow["low"] >= wide["low"]).all()
        assert (narrow["high"] <= wide["high"]).all()


USERS = pd.DataFrame({"n": [0, 1, 2, 1], "need": [1, 1, 0, 1], "got": [0, 1, 1, 1], "age": "old"})
YEARS = pd.DataFrame({"year": [2019, 2020, 2021], "n": [30, 50, 40], "people": [900, 950, 990]})


@pytest.mark.parametrize(
    "call",
    [
        lambda c: utilization.two_week(USERS, "n", count_of="episodes", design="srs", confidence=c),
        lambda c: utilization.unmet_need(
            USERS, needed="need", obtained="got", design="srs", confidence=c
        ),
        lambda c: from_records(
            USERS, utilization.visits_per_head, visits="n", population="need", design="srs",
            confidence=c,
        ),
        lambda c: utilization.standardised_use(
            USERS, "n", count_of="episodes", stratum="age", design="srs", confidence=c
        ),
        lambda c: utilization.rate_ratios(TOWNS, **BY, against="A", design="srs", confidence=c),
        lambda c: utilization.trend(
            YEARS, period="year", events="n", population="people", design="srs", confidence=c
        ),
        lambda c: evaluation.icc(USERS[["n", "need"]], form="ICC(2,1)", confidence=c),
    ],
)  # fmt: skip
@pytest.mark.parametrize("confidence", [95, 0, 1.0])
def test_a_confidence_that_is_none_is_refused(call, confidence):
    call(0.9)
    with pytest.raises(CommsvcError, match="confidence"):
        call(confidence)


def test_what_has_no_weights_is_not_said_to_be_weighted():
    asked = {"count_of": "episodes", "stratum": "age"}
    for design, said in (("srs", False), (Design.sample(weights="w"), True)):
        frame = USERS.assign(w=[1, 2, 3, 1])
        note = from_records(
            frame, utilization.visits_per_head, visits="n", population="need", design=design
        )["note"].item()
        assert ("weighted" in note) == said
        assert utilization.standardised_use(frame, "n", **asked, design=design)["se"].notna().all()


visits = measure("19.2万人次")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: utilization.contact_share(measure(3, "persons"), 7), "must be visits"),
        (lambda: utilization.contact_share(0, 0), "nothing together"),
        (lambda: utilization.home_visit_share("1.48万人", visits, counted_in=True), "persons"),
        (lambda: utilization.home_visit_share("30万人次", visits, counted_in=True), "it is more"),
        (lambda: resources.load_per(visits, measure(0, "providers")), "a rate needs its base"),
        (lambda: resources.staff_density("197人次", 1000), "visits"),
        (lambda: resources.villages_per_centre("3个社区", 2), "communities"),
        (lambda: resources.possible_numerators(measure(230, "persons"), "230人"), "no share"),
        (lambda: resources.facilities_needed("80万人次", "3—10万人"), "visits"),
        (lambda: resources.residents_per_facility("80万户", 42), "households"),
        (lambda: resources.item_availability(SITES, ["beds"], site="site"), "did you mean 'bed'"),
        (lambda: resources.compliance_summary(SITES, ["bed"], site="sites"), "did you mean"),
        (lambda: resources.implied_radius(-1, 3), "must be positive"),
        (lambda: volunteers.organisations_per_community("145人", 6), "persons"),
        (lambda: utilization.rate_ratios(TOWNS, **BY, against="D"), "no place 'D'"),
        (
            lambda: utilization.rate_ratios(TOWNS.assign(n=0), **BY, against="A"),
            "no event",
        ),
        (lambda: utilization.rate_ratios(TOWNS[1:], **BY, against="A"), "A has no row for young"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
