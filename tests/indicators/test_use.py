"""Use of services: from totals, from records of a count, of complex samples against R survey."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from statsmodels.stats.proportion import proportion_confint

from commsvc import CommsvcError, over_printed
from commsvc.indicators import utilization as u
from commsvc.indicators.made_up import simulate_visits
from commsvc.indicators.measure import measure
from commsvc.inference import Design, by_design
from commsvc.inference.rates import standardised_rate as fay_feuer
from commsvc.inference.sample import Sample
from commsvc.printed import read
from commsvc.survey.ratios import ratios

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "use.json").read_text(encoding="utf-8"))
DESIGNS = {
    "strat": Design.sample(weights="pw", strata="stype", stratum_sizes="fpc"),
    "clus": Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc"),
    "cluswr": Design.sample(weights="pw", clusters="dnum"),
}
FOUR = ["estimate", "se", "low", "high"]
LEVELS = ["E", "M", "H"]
STANDARD = {"E": 0.5, "H": 0.3, "M": 0.2}


def prints(ratio, text: str) -> bool:
    """Whether some value of a ratio prints so."""
    return read(text).in_base_unit().overlaps(ratio.values)


def schools(name: str) -> pd.DataFrame:
    """The schools as visits, with the columns that use.R makes of them."""
    frame = pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv")
    tens = (frame["api00"] - frame["api99"]).clip(lower=0) // 10
    paid = np.minimum(frame["enroll"], frame["api00"] // 2).where(frame["awards"] == "Yes", 0)
    to = np.where(frame["api00"] > 650, "H", "E")
    return frame.assign(tens=tens, paid=paid, to=to, row=np.arange(len(frame)))


@pytest.fixture(params=list(DESIGNS))
def sample(request):
    return request.param, schools(request.param), DESIGNS[request.param]


# --- records of a complex sample, against R ---------------------------------------------------


@pytest.mark.parametrize("count_of", ["persons", "episodes"])
def test_two_week_is_svyciprop_and_svymean(sample, count_of):
    name, frame, design = sample
    found = u.two_week(frame, "tens", count_of=count_of, by="awards", design=design)
    for row in found.to_dict("records"):
        expected = R[f"{count_of} {row['group']} {name}"]
        assert [row[column] for column in FOUR] == pytest.approx(expected, rel=1e-7)
        part = frame[frame["awards"] == row["group"]]
        some = (part["tens"] > 0).sum()
        assert row["base"] == len(part)
        assert row["count"] == (some if count_of == "persons" else part["tens"].sum())
        assert "unweighted" in row["note"]


def test_insurance_is_svyratio_and_svyciprop(sample):
    name, frame, design = sample
    found = u.insurance(frame, cost="enroll", paid="paid", by="awards", design=design)
    found = found.set_index(["group", "level"])
    for group in ("Yes", "No"):
        row = found.loc[(group, "out of pocket")]
        assert row[FOUR].tolist() == pytest.approx(R[f"out of pocket {group} {name}"], rel=1e-7)
        share = found.loc[(group, "reimbursed share")]
        expected = R[f"reimbursed share {group} {name}"]
        assert share[["estimate", "se"]].tolist() == pytest.approx(expected, rel=1e-7)
    # The interval of a share of money: Student's on the log odds.
    p, se = R[f"reimbursed share Yes {name}"]
    part = frame[frame["awards"] == "Yes"]
    df = part["dnum"].nunique() - 1 if name != "strat" else len(part) - part["stype"].nunique()
    ends = special.expit(special.logit(p) + stats.t.ppf([0.025, 0.975], df) * se / (p * (1 - p)))
    row = found.loc[("Yes", "reimbursed share")]
    assert row[["low", "high"]].tolist() == pytest.approx(ends, rel=1e-7)
    assert row["count"] == part["paid"].sum()
    assert row["base"] == part["enroll"].sum()


def test_referrals_are_svyciprop_and_svyratio(sample):
    name, frame, design = sample
    found = u.referrals(frame, source="stype", target="to", levels=LEVELS, design=design)
    found = found.set_index("level")
    for way in ("up", "down", "sideways", "balance"):
        assert found.loc[way, FOUR].tolist() == pytest.approx(R[f"{way} {name}"], rel=1e-6)
    shares = found["estimate"]
    assert shares[["up", "down", "sideways"]].sum() == pytest.approx(1)
    assert shares["balance"] == pytest.approx(shares["down"] / shares["up"])


def test_totals_of_records_are_svyratio(sample):
    name, frame, design = sample
    of = {
        "per head": ("tens", "enroll", "visits per head"),
        "contact share": ("tens", nw.col("tens") + nw.col("enroll"), "share"),
    }
    found = ratios(frame, of, by="awards", design=design).set_index(["level", "group"])
    for group in ("Yes", "No"):
        expected = R[f"per head {group} {name}"]
        assert found.loc[("per head", group), FOUR].tolist() == pytest.approx(expected, rel=1e-7)
        share = found.loc[("contact share", group), ["estimate", "se"]].tolist()
        assert share == pytest.approx(R[f"contact share {group} {name}"], rel=1e-7)


def first_visits(frame: pd.DataFrame) -> pd.DataFrame:
    """Two or three visits a school; those with 3 or 4 tens went to both kinds on the first day."""
    start = np.where(frame["tens"] > 4, "station", "hospital")
    start = np.where(frame["tens"].between(3, 4), "both", start)
    visits = []
    for row, at in zip(frame.to_dict("records"), start, strict=True):
        kinds = ["station", "hospital"] if at == "both" else [at]
        visits += [row | {"day": 1, "at": kind} for kind in kinds]
        visits.append(row | {"day": 2, "at": "hospital" if at == "station" else "station"})
    return pd.DataFrame(visits).sample(frac=1, random_state=1)


def test_first_contact_is_svyciprop(sample):
    name, frame, design = sample
    names = {"person": "row", "when": "day", "place": "at", "community": {"station"}}
    found = u.first_contact(first_visits(frame), **names, by="awards", design=design)
    found = found.set_index("group")
    for group in ("Yes", "No"):
        low, high = R[f"sure {group} {name}"][2], R[f"possible {group} {name}"][3]
        row = found.loc[group]
        assert [row["low"], row["high"]] == pytest.approx([low, high], rel=1e-6)
        assert np.isnan(row["estimate"])
        assert row["base"] == (frame["awards"] == group).sum()
    sure = first_visits(frame[~frame["tens"].between(3, 4)].assign(one=1.0))
    plain = u.first_contact(sure, **names)
    weighted = u.first_contact(sure, **names, design=Design.sample(weights="one"))
    assert weighted["estimate"].item() == pytest.approx(plain["estimate"].item())


@pytest.mark.parametrize("what", ["any", "tens"])
def test_a_standardised_rate_by_design_is_svystandardize(sample, what):
    name, frame, design = sample
    y = (frame["tens"] > 0).to_numpy(float) if what == "any" else frame["tens"].to_numpy(float)
    strata = (frame["stype"].to_numpy()[:, None] == np.array(list(STANDARD))).astype(float)
    expected = R[f"standardised {what} {name}"], R[f"standardised {what} {name} se"]
    for group, estimate, se in zip(("No", "Yes"), *expected, strict=True):
        people = Sample.of(design, frame).domain((frame["awards"] == group).to_numpy())
        found = by_design(
            lambda w: u.standardised_rate(
                w @ (strata * y[:, None]), w @ strata, list(STANDARD.values())
            ),
            people,
        )
        assert found.estimate == pytest.approx(estimate, rel=1e-9)
        assert found.se == pytest.approx(se, rel=2e-7)


def test_unmet_need_by_design_is_the_share_in_the_domain():
    frame = schools("clus")
    frame["need"] = (frame["awards"] == "Yes").astype(int)
    frame["got"] = (frame["tens"] > 3).astype(int)
    found = u.unmet_need(frame, needed="need", obtained="got", design=DESIGNS["clus"]).iloc[0]
    lacking = frame.assign(lacking=1 - frame["got"])
    same = u.two_week(
        lacking, "lacking", count_of="persons", by="need", design=DESIGNS["clus"]
    ).set_index("group").loc["1"]  # fmt: skip
    assert found["base"] == frame["need"].sum()
    assert found["count"] == lacking.query("need == 1")["lacking"].sum()
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx(
        same[["estimate", "low", "high"]].tolist()
    )


# --- the road itself --------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(max_examples=5, deadline=None)
def test_the_error_is_the_spread_over_all_samples(seed):
    """Of a population of six clinics, all samples of three: the mean of the variance estimates is
    the variance there is, where the base does not vary (an average)."""
    rng = np.random.default_rng(seed)
    population = pd.DataFrame({"visits": rng.integers(0, 9, 6), "people": 5, "all": 6})
    of = {"per head": ("visits", "people", "visits per head")}
    design = Design.sample(stratum_sizes="all")
    found = [
        ratios(population.iloc[list(rows)], of, design=design).iloc[0]
        for rows in combinations(range(6), 3)
    ]
    estimates = np.array([row["estimate"] for row in found])
    variances = np.array([row["se"] ** 2 for row in found])
    assert variances.mean() == pytest.approx(estimates.var(), abs=1e-12)


def test_any_frame_and_any_order_of_rows_say_the_same():
    frame = schools("clus")
    frame["tens"] = frame["tens"].astype(float).where(np.arange(len(frame)) % 9 > 0)
    of = {"any": (nw.col("tens") > 0, None, "share"), "per head": ("tens", "enroll", "a head")}
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    lazy = {
        "polars": polars.from_pandas(frame).lazy(),
        "arrow": polars.from_pandas(frame).to_arrow(),
        "duckdb": duckdb.connect().from_df(frame),
        "shuffled": frame.sample(frac=1, random_state=3),
    }
    for design in ("census", "unknown", *DESIGNS.values()):
        if design is DESIGNS["strat"]:
            continue
        expected = ratios(frame, of, by="awards", design=design)
        expected = expected.sort_values(["group", "level"], ignore_index=True)
        assert expected["note"].str.contains("without an answer").all()
        for made in lazy.values():
            found = ratios(made, of, by="awards", design=design)
            found = found.sort_values(["group", "level"], ignore_index=True)
            pd.testing.assert_frame_equal(found, expected, check_dtype=False)


VISITS = pd.DataFrame(
    {
        "id": [1, 1, 2, 2, 3, 4],
        "day": [1, 2, 1, 3, 2, 2],
        "at": ["station", "hospital", "hospital", "station", "station", "hospital"],
        "to": ["hospital", "station", "station", "hospital", "hospital", "station"],
        "cost": [10, 20, 30, 40, 50, 60],
        "paid": [0, 10, 10, 40, 0, 30],
        "w": [2.0, 2, 1, 1, 3, 1],
        "bad": [1.0, 2, 1, 1, 1, 1],
    }
)
FIRST = {"person": "id", "when": "day", "place": "at", "community": {"station"}}
BILLS = {"cost": "cost", "paid": "paid"}
SENT = {"source": "at", "target": "to", "levels": ["station", "hospital"]}


def test_visits_of_one_person_go_together():
    """Every visit twice is no more knowledge, once its person is named."""
    twice = pd.concat([VISITS, VISITS])
    of_persons = Design.sample(clusters="id")
    for made in (
        lambda d, **k: u.insurance(d, **BILLS, **k),
        lambda d, **k: u.referrals(d, **SENT, **k),
    ):
        one, both = (made(d, design=of_persons)["se"].tolist() for d in (VISITS, twice))
        assert one == pytest.approx(both)
        assert (made(twice, design="srs")["se"] < made(VISITS, design="srs")["se"]).any()


def test_a_finite_population_and_an_assumed_design_effect_count():
    plain, most, wide = (
        u.insurance(VISITS, **BILLS, design=d)["se"]
        for d in (Design.srs(), Design.srs(8), Design.srs().assuming(4))
    )
    assert most.iloc[[0, 2]].tolist() == pytest.approx(
        (plain.iloc[[0, 2]] * (1 - 6 / 8) ** 0.5).tolist()
    )
    assert wide.iloc[[0, 2]].tolist() == pytest.approx((plain.iloc[[0, 2]] * 2).tolist())


def test_calibrated_weights_come_in_whole():
    people = Sample([2.0, 2, 1, 1, 3, 1])
    given_ = u.insurance(VISITS, **BILLS, design=Design.of(people, "raked"))
    named = u.insurance(VISITS, **BILLS, design=Design.sample(weights="w"))
    for column in FOUR:
        assert given_[column].tolist() == pytest.approx(named[column].tolist())


def test_missing_answers_are_left_out_and_said():
    frame = schools("clus")
    frame["tens"] = frame["tens"].where(np.arange(len(frame)) % 10 > 0)
    found = u.two_week(frame, "tens", count_of="persons", design=DESIGNS["clus"]).iloc[0]
    assert found["base"] == frame["tens"].notna().sum()
    assert f"{frame['tens'].isna().sum()} without an answer" in found["note"]
    dropped = frame.dropna(subset="tens")
    alone = u.two_week(dropped, "tens", count_of="persons", design=DESIGNS["clus"]).iloc[0]
    assert found["estimate"] == pytest.approx(alone["estimate"])


def test_answers_all_alike_show_no_spread():
    """An interval from 0 to 0 would claim to know."""
    frame = pd.DataFrame({"n": [0, 0, 0], "w": [1.0, 2, 1]})
    for design in ("srs", Design.sample(weights="w")):
        row = u.two_week(frame, "n", count_of="episodes", design=design).iloc[0]
        assert row["estimate"] == 0
        assert np.isnan(row["low"])
        assert "all answers are alike" in row["note"]
    # Of a share there is one: that none of three had it does not say that nobody has.
    row = u.two_week(frame, "n", count_of="persons", design="srs").iloc[0]
    assert row["high"] == pytest.approx(proportion_confint(0, 3, method="wilson")[1])


def test_a_census_is_exact_and_an_incomplete_count_says_so():
    census, partly = (
        u.insurance(VISITS, **BILLS, design=design)
        for design in (Design.census(), Design.incomplete())
    )
    assert census["se"].isna().all()
    assert (census["low"] == census["estimate"]).all()
    assert "at most a lower bound" in partly["note"].iloc[0]


@given(st.integers(0, 10**6))
@settings(max_examples=6, deadline=None)
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
    for made in (
        lambda d: u.first_contact(d, **FIRST),
        lambda d: u.two_week(d, "n", count_of="episodes", design="srs"),
        lambda d: u.unmet_need(d, needed="need", obtained="got", design="srs"),
        lambda d: u.insurance(d, **BILLS),
        lambda d: u.referrals(d, **SENT),
    ):
        one, other = made(frame), made(mixed)
        for column in ("estimate", "low", "high"):
            assert one[column].tolist() == pytest.approx(other[column].tolist(), nan_ok=True)


# --- records of a count -----------------------------------------------------------------------


def test_two_week_from_answers_counts_both_ways():
    frame = pd.DataFrame({"n": [0, 1, 3, 0, None, 2], "sex": list("mmmfff")})
    persons = u.two_week(frame, "n", count_of="persons", by="sex", design="census")
    episodes = u.two_week(frame, "n", count_of="episodes", by="sex", design="srs")
    assert persons.set_index("group")["count"].to_dict() == {"m": 2, "f": 1}
    assert episodes.set_index("group")["count"].to_dict() == {"m": 4, "f": 2}
    assert persons.set_index("group")["base"].to_dict() == {"m": 3, "f": 2}
    assert "1 without an answer" in persons.set_index("group").loc["f", "note"]


def test_unmet_need():
    frame = pd.DataFrame({"need": [1, 1, 1, 0, 1], "got": [1, 0, None, 0, 1]})
    row = u.unmet_need(frame, needed="need", obtained="got", design="census").iloc[0]
    assert (row["count"], row["base"]) == (1, 3)
    assert "1 without an answer left out" in row["note"]
    words = pd.DataFrame(
        {"need": ["是", "是", None, "否"], "got": [0, 1, 1, 0], "w": [1.0, 2, 1, 1]}
    )
    for design in ("census", Design.sample(weights="w")):
        row = u.unmet_need(words, needed="need", obtained="got", design=design).iloc[0]
        assert (row["count"], row["base"]) == (1, 2)
        assert "1 did not say whether they needed it" in row["note"]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
@settings(max_examples=12, deadline=None)
def test_referrals_balance(pairs):
    levels = ["station", "centre", "hospital"]
    frame = pd.DataFrame([(levels[a], levels[b]) for a, b in pairs], columns=["from", "to"])
    table = u.referrals(frame, source="from", target="to", levels=levels).set_index("level")
    back = u.referrals(frame, source="to", target="from", levels=levels).set_index("level")
    assert table.loc[["up", "down", "sideways"], "estimate"].sum() == pytest.approx(1)
    assert table.loc["up", "count"] == back.loc["down", "count"]
    assert ("balance" in table.index) == any(b > a for a, b in pairs)


def test_first_contact_with_ties_is_a_range():
    frame = pd.DataFrame(
        {
            "id": [1, 1, 2, 3, 3, 4],
            "day": [2, 1, 5, 7, 7, 1],
            "at": ["hospital", "station", "hospital", "station", "hospital", "station"],
        }
    )
    both = u.first_contact(frame, **FIRST)
    assert both[["low", "high"]].to_numpy().tolist() == [[2 / 4, 3 / 4]]
    sure = u.first_contact(frame.query("id != 3"), **FIRST)
    assert sure["estimate"].item() == 2 / 3
    # As text, the 10th would come before the 9th; and a place nobody wrote down may be either.
    seen = pd.DataFrame(
        {"p": [1, 1, 2], "day": ["2023-1-10", "2023-1-9", "2023-2-1"], "at": ["s", "h", None]}
    )
    found = u.first_contact(seen, person="p", when="day", place="at", community={"s"})
    assert found[["low", "high"]].to_numpy().tolist() == [[0.0, 0.5]]


def test_simulated_visits_say_so_and_feed_the_indicators():
    visits = simulate_visits(7, 300)
    pd.testing.assert_frame_equal(visits, simulate_visits(7, 300))
    assert visits["simulated"].all()
    assert visits.attrs == {"simulated": True, "seed": 7}
    assert visits["person"].nunique() == 300
    assert visits["day"].between(1, 365).all()
    assert visits["paid"].between(0, visits["cost"]).all()
    sent = visits.dropna(subset=["referred_to"])
    assert (sent["place"] != sent["referred_to"]).all()
    levels = ["station", "centre", "hospital"]
    table = u.referrals(sent, source="place", target="referred_to", levels=levels)
    assert table.set_index("level").loc[["up", "down", "sideways"], "count"].sum() == len(sent)
    with pytest.raises(CommsvcError, match="at least one person"):
        simulate_visits(7, 0)


# --- totals -----------------------------------------------------------------------------------


def test_two_week_rates_of_shenzhen(cases):
    case = cases["two_week"]
    for count_of in ("persons", "episodes"):
        ratio = u.two_week_rate(case[count_of], case["surveyed"], count_of=count_of)
        assert float(ratio.estimate) == pytest.approx(case[f"rate_{count_of}"], abs=5e-5)


@given(st.lists(st.integers(0, 4), min_size=3, max_size=12))
@settings(max_examples=30, deadline=None)
def test_records_give_the_rate_of_their_totals(answers):
    frame = pd.DataFrame({"n": answers})
    totals = {"persons": sum(n > 0 for n in answers), "episodes": sum(answers)}
    for of, count in totals.items():
        row = u.two_week(frame, "n", count_of=of, design="census").iloc[0]
        ratio = u.two_week_rate(count, len(answers), count_of=of)
        assert row["estimate"] == pytest.approx(float(ratio.estimate))
        assert (row["count"], row["base"]) == (count, len(answers))


def test_visits_of_report_1():
    assert u.visits_per_head("32.57万人次", "近97万").estimate == Fraction(325700, 970000)
    assert prints(u.visits_per_head("32.57万人次", "近97万"), "0.336")
    per_day = u.visits_per_staff_day("19.2万人次", 197, 250)
    assert per_day.values.low == Fraction(191500, 197 * 250)
    for counted_in in (True, False):
        share = u.home_visit_share("1.48万人次", "19.2万人次", counted_in=counted_in)
        assert not prints(share, "12.3%")


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


def test_cost_and_substitution_of_report_1():
    assert prints(u.cost_per_visit("1478.7万元", "32.57万人次"), "45.4")
    assert u.implied_cost_elsewhere("45.4元", "1/3").face == Fraction("136.2")
    table = u.substitution("45.4元", 1000, fraction="1/3", shares_moved={"all": 1})
    assert table["estimate"].item() == pytest.approx(90800)
    # Twice the cost here: 45.35 to 45.45, and no wider.
    assert (table["low"].item(), table["high"].item()) == (90700, 90900)


@given(st.integers(1, 1000), st.integers(1, 10**6))
def test_revenue_cost_and_what_it_implies_go_round(cost, visits):
    revenue = u.visit_revenue(visits, cost)
    assert (revenue.unit, revenue.kind) == ("yuan", "flow")
    assert u.cost_per_visit(revenue, measure(visits, "visits")).estimate == cost
    assert u.implied_cost_elsewhere(cost, "1/4").face == 4 * cost
    saved = u.substitution(cost, visits, fraction="1/4", shares_moved={"all": 1, "half": 0.5})
    assert saved["estimate"].tolist() == [3 * cost * visits, 1.5 * cost * visits]


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(2, 50))
def test_ratios_of_copies_are_the_ratio(a, b, times):
    """Twice the places with twice of everything have the same rate."""
    visits = lambda n: measure(n, "visits", kind="flow")  # noqa: E731
    persons = lambda n: measure(n, "persons")  # noqa: E731
    for ratio in (
        lambda k: u.visits_per_head(visits(k * a), k * b),
        lambda k: u.visits_per_staff_day(visits(k * a), k * b, 250),
        lambda k: u.home_visit_share(k * a, k * (a + b), counted_in=True),
        lambda k: u.cost_per_visit(measure(k * a, "yuan"), visits(k * b)),
        lambda k: u.records_coverage(persons(k * a), persons(k * b), unit="persons"),
    ):
        assert ratio(times).estimate == ratio(1).estimate
    beside = u.home_visit_share(a, a + b, counted_in=False)
    within = u.home_visit_share(a, a + b, counted_in=True)
    assert beside.estimate < within.estimate


# --- standardised rates -----------------------------------------------------------------------


def births() -> pd.DataFrame:
    """Down syndrome by birth order and mother's age (Fleiss 1981)."""
    return pd.read_csv(REFERENCE / "births.csv", dtype={"order": str})


def test_rates_of_births_are_those_of_r():
    frame = births()
    standard = frame.groupby("age", sort=False)["births"].sum()
    for order, part in frame.groupby("order", sort=False):
        part = part.set_index("age").loc[standard.index]
        rate = u.standardised_rate(part["cases"], part["births"], standard)
        interval = fay_feuer(part["cases"], part["births"], standard)
        expected = R[f"births direct {order}"]
        assert rate == pytest.approx(expected[0], rel=1e-9)
        assert [interval.se, interval.low, interval.high] == pytest.approx(expected[1:], rel=1e-9)


@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.integers(0, 6), st.integers(30, 90), st.integers(0, 6)),
        min_size=2, max_size=3,
    ),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_a_rate_over_printed_figures_at_every_corner(strata, own):
    """With the place itself in the standard or not, against all ways to put each at an end."""
    x, dx, n, dn = np.array(strata, float).T
    other = 50.0 * np.arange(1, x.size + 1)

    def rate(events, people):
        return u.standardised_rate(events, people, other + people if own else other)

    figures = {
        "events": list(zip(x, x + dx, strict=True)),
        "people": list(zip(n, n + dn, strict=True)),
    }
    found = over_printed(rate, figures, rises="events", falls="people")
    seen = [
        rate(np.array(events), np.array(people))
        for events in product(*figures["events"])
        for people in product(*figures["people"])
    ]
    assert found.certain
    assert (found.low, found.high) == pytest.approx((min(seen), max(seen)))


# --- refusals ---------------------------------------------------------------------------------

FRAME = schools("clus")
SEEN = pd.DataFrame(
    {
        "p": [1, 1, 2],
        "mixed": ["2023-1-10", 5, "2023-1-9"],
        "day": [1, 2, 3],
        "at": ["s", "hospital", None],
    }
)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: u.two_week_rate(3, "10户", count_of="persons"), "households, not persons"),
        (lambda: u.two_week_rate(3, 10, count_of="person"), "did you mean 'persons'"),
        (lambda: u.two_week_rate(3500, 3400, count_of="persons"), "it is more"),
        (
            lambda: u.two_week_rate(measure(3, "episodes"), 10, count_of="persons"),
            "must be persons, and 3 episodes",
        ),
        (lambda: u.visits_per_head(measure(100, "persons"), 1000), "must be visits"),
        (lambda: u.visits_per_head(100, measure(1000, "households")), "must be persons"),
        (lambda: u.visits_per_staff_day(100, 10, 0), "working days"),
        (lambda: u.home_visit_share("1.48万人", "19.2万人次", counted_in=True), "persons"),
        (lambda: u.home_visit_share("30万人次", "19.2万人次", counted_in=True), "it is more"),
        (lambda: u.visit_revenue(measure(100, "persons"), 45), "must be visits"),
        (lambda: u.cost_per_visit("1478.7万元", "97万人"), "persons, not visits"),
        (lambda: u.cost_per_visit("1478.7万", measure(0, "visits")), "a rate needs its base"),
        (lambda: u.implied_cost_elsewhere("45.4元", "3元"), "no fraction to divide by"),
        (lambda: u.implied_cost_elsewhere("45人"), "persons, not yuan"),
        (
            lambda: u.substitution("45.4元", 1000, fraction="1/3", shares_moved={"x": 2}),
            "0 to 1",
        ),
        (lambda: u.two_week(FRAME, "tens", count_of="visits", design="srs"), "way of counting"),
        (lambda: u.two_week(FRAME, "ten", count_of="persons"), "did you mean 'tens'"),
        (lambda: u.two_week(pd.DataFrame({"n": [1.5]}), "n", count_of="persons"), "no number of"),
        (lambda: u.two_week(pd.DataFrame({"n": ["1"]}), "n", count_of="persons"), "no numbers"),
        (lambda: u.two_week(pd.DataFrame({"n": [-1]}), "n", count_of="episodes"), "no number of"),
        (
            lambda: u.two_week(
                FRAME, "tens", count_of="persons", design=Design.sample(weights="p")
            ),
            "did you mean 'pw'",
        ),
        (lambda: u.two_week(FRAME, "tens", count_of="persons", design="random"), "no design"),
        (
            lambda: u.two_week(
                FRAME.assign(tens=np.nan), "tens", count_of="persons", design=DESIGNS["clus"]
            ),
            "nobody answered",
        ),
        (lambda: u.two_week(FRAME[:0], "tens", count_of="persons"), "nobody answered|no rows"),
        (
            lambda: u.unmet_need(
                pd.DataFrame({"need": [0], "got": [1]}), needed="need", obtained="got"
            ),
            "nobody answered",
        ),
        (
            lambda: u.referrals(VISITS.replace("hospital", "hospitl"), **SENT),
            "did you mean 'hospital'",
        ),
        (lambda: u.referrals(VISITS[:0], **SENT), "no referral"),
        (
            lambda: u.first_contact(VISITS, **FIRST, design=Design.sample(weights="bad")),
            "two values of 'bad'",
        ),
        (lambda: u.first_contact(VISITS, **FIRST, by="at"), "one for all visits"),
        (lambda: u.first_contact(VISITS, **FIRST | {"community": {"clinic"}}), "no place 'clinic'"),
        (
            lambda: u.first_contact(SEEN, person="p", when="mixed", place="at", community={"s"}),
            "5 is no date among dates as text",
        ),
        (
            lambda: u.first_contact(
                SEEN, person="p", when="day", place="at", community={"s", "hospitl"}
            ),
            "did you mean 'hospital'",
        ),
        (lambda: u.insurance(VISITS.assign(paid=99), **BILLS), "a part beyond its whole"),
        (lambda: u.insurance(VISITS.assign(paid="2"), **BILLS), "'paid' holds"),
        (
            lambda: u.insurance(VISITS, **BILLS, design=Design.of(Sample([1.0, 1, 1]))),
            "a design of 3 people for a table of 6 rows",
        ),
        (lambda: ratios(VISITS, {}), "no ratio"),
        (lambda: ratios(VISITS, {"a": ("cos", None, "x")}), "did you mean 'cost'"),
        (lambda: ratios(VISITS, {"a": ("cost", None, "x")}, by="idd"), "no column 'idd'"),
        (lambda: u.standardised_rate([1, 2], [3], [1, 1]), "do not pair"),
        (lambda: u.standardised_rate([1, 0], [3, 0], [1, 1]), "join strata"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
