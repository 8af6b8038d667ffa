"""Rates and models of use: what cannot matter, and small cases solved apart from the library."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import utilization as u
from commsvc.indicators.measure import measure
from commsvc.indicators.utilization import counts as c
from commsvc.inference import Design

ANSWERS = st.lists(st.integers(0, 4), min_size=3, max_size=12).filter(lambda a: len(set(a)) > 1)


@given(ANSWERS)
def test_records_give_the_rate_of_their_totals(answers):
    frame = pd.DataFrame({"n": answers})
    users = sum(n > 0 for n in answers)
    for of, count in (("persons", users), ("episodes", sum(answers))):
        for design in ("census", "srs"):
            records = u.two_week(frame, "n", count_of=of, design=design).iloc[0]
            totals = u.two_week_rate(count, len(answers), count_of=of, design=design).iloc[0]
            same = ["count", "base", "estimate"]
            if design == "census" or of == "persons":
                same += ["low", "high"]
            assert records[same].tolist() == pytest.approx(totals[same].tolist())
    persons, episodes = (
        u.two_week_rate(k, len(answers), count_of=of)["estimate"].item()
        for of, k in (("persons", users), ("episodes", sum(answers)))
    )
    assert persons <= 1
    assert persons <= episodes


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_standardised_use_by_hand(seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"town": np.repeat(["A", "B"], 12), "age": ["y", "o"] * 12, "n": rng.integers(0, 4, 24)}
    )
    standard = {"y": int(rng.integers(1, 9)), "o": int(rng.integers(1, 9))}
    names = {"count_of": "episodes", "stratum": "age", "by": "town", "design": "srs"}
    found = u.standardised_use(frame, "n", **names, standard=standard).set_index(["group", "level"])
    means = frame.groupby(["town", "age"])["n"].agg(["mean", "var", "size"])
    share = {age: size / sum(standard.values()) for age, size in standard.items()}
    for town in "AB":
        by_hand = sum(share[age] * means.loc[(town, age), "mean"] for age in share)
        row = found.loc[(town, "standardised")]
        assert row["estimate"] == pytest.approx(by_hand)
        spread = sum(share[a] ** 2 * means.loc[(town, a), "var"] / 6 for a in share)
        # Strata known only afterwards: n/(n − 1) of 24 in place of 6/5 of 6, no more.
        assert row["se"] ** 2 == pytest.approx(spread * (24 / 23) * (5 / 6), rel=1e-9)
    doubled = {age: 2 * size for age, size in standard.items()}
    again = u.standardised_use(
        frame.sample(frac=1, random_state=seed), "n", **names, standard=doubled
    ).set_index(["group", "level"])["estimate"]  # fmt: skip
    assert again.loc[found.index].tolist() == pytest.approx(found["estimate"].tolist())


def test_dates_as_text_are_dates_and_an_unknown_place_may_be_either():
    found = u.first_contact(SEEN, person="p", when="day", place="at", community={"s"})
    # Person 1 was at the hospital on the 9th, before the 10th; person 2's place is unknown.
    assert found[["low", "high"]].to_numpy().tolist() == [[0.0, 0.5]]


def test_who_did_not_say_whether_they_needed_it_is_counted():
    frame = pd.DataFrame(
        {"need": ["是", "是", None, "否"], "got": [0, 1, 1, 0], "w": [1.0, 2, 1, 1]}
    )
    for design in ("census", Design.sample(weights="w")):
        row = u.unmet_need(frame, needed="need", obtained="got", design=design).iloc[0]
        assert (row["count"], row["base"]) == (1, 2)
        assert "1 did not say whether they needed it" in row["note"]


def test_answers_all_alike_show_no_spread():
    """An interval from 0 to 0 would claim to know."""
    for design in ("srs", Design.sample(weights="w")):
        frame = pd.DataFrame({"n": [0, 0, 0], "w": [1.0, 2, 1]})
        row = u.two_week(frame, "n", count_of="episodes", design=design).iloc[0]
        assert row["estimate"] == 0
        assert np.isnan(row["low"])
        assert "all answers are alike" in row["note"]


@st.composite
def visits(draw, some_zero=True):
    """Visits of the ill and the well, more spread than Poisson."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    ill = np.arange(160) % 2
    spread = rng.gamma(1.5, 1 / 1.5, 160)
    frame = pd.DataFrame({"ill": ill, "visits": rng.poisson(spread * np.exp(0.2 + 0.7 * ill))})
    assume((frame["visits"] == 0).any())
    return frame.assign(age=rng.integers(60, 90, 160))


@given(visits())
@settings(max_examples=5, deadline=None)
def test_models_of_two_groups_give_their_means(frame):
    """With one predictor of two levels every model here has the groups' own means and zeros."""
    groups = frame.groupby("ill")["visits"]
    poisson = c.count_model(frame, "visits", ["ill"], "poisson")
    some = c.count_model(frame, "visits", ["ill"], "hurdle")
    effect = poisson.table().set_index("level")["effect"]
    assert effect["ill"] == pytest.approx(groups.mean()[1] / groups.mean()[0], rel=1e-6)
    zeros = pd.Series(some.probabilities(0)[:, 0]).groupby(frame["ill"]).mean()
    assert zeros.tolist() == pytest.approx(groups.agg(lambda g: (g == 0).mean()).tolist(), abs=1e-6)
    # The test is a regression through the origin: no order, and a z of α over its error.
    test = c.overdispersion_test(poisson).iloc[0]
    mixed = c.count_model(frame.sample(frac=1, random_state=1), "visits", ["ill"], "poisson")
    assert c.overdispersion_test(mixed)["statistic"].item() == pytest.approx(test["statistic"])
    import statsmodels.api as sm

    mean = poisson.means
    left = ((frame["visits"] - mean) ** 2 - frame["visits"]) / mean
    fit = sm.OLS(np.asarray(left), mean).fit()
    assert [test["effect"], test["statistic"]] == pytest.approx([fit.params[0], fit.tvalues[0]])
    counts = c.rootogram(some, most=4)
    assert counts["count"].sum() == counts["base"].iloc[0] == len(frame)
    assert counts["expected"].sum() == pytest.approx(len(frame))
    by_hand = [(frame["visits"] == k).sum() for k in range(5)]
    assert counts["count"].tolist()[:5] == by_hand


@given(visits(), st.integers(2, 90))
@settings(max_examples=3, deadline=None)
def test_a_predictor_in_another_unit_is_the_same_predictor(frame, factor):
    other = frame.assign(age=frame["age"] / factor)
    kinds = ["poisson", "negative binomial"]
    one, two = (c.choose_count_model(d, "visits", ["ill", "age"], kinds=kinds)
                for d in (frame, other))  # fmt: skip
    assert one["loglik"].tolist() == pytest.approx(two["loglik"].tolist(), rel=1e-6)
    assert one.loc[one["chosen"], "bic"].item() == one["bic"].min()
    # By definition, from outside the fit.
    assert one["bic"].tolist() == pytest.approx(
        (np.log(160) * one["df"] - 2 * one["loglik"]).tolist()
    )
    poisson = [c.count_model(d, "visits", ["ill", "age"], "poisson") for d in (frame, other)]
    slopes = [fit.table().set_index("level").loc["age", "estimate"] for fit in poisson]
    assert slopes[1] == pytest.approx(factor * slopes[0], rel=1e-5, abs=1e-9)


@given(visits())
@settings(max_examples=3, deadline=None)
def test_blocks_add_up_in_any_order(frame):
    blocks = {"predisposing": ["age"], "need": ["ill"]}
    turned = dict(reversed(blocks.items()))
    for kind in ("poisson", "logit", "linear"):
        one, two = (
            c.andersen_blocks(frame, "visits", b, kind).set_index("group") for b in (blocks, turned)
        )
        assert one["statistic"].sum() == pytest.approx(two["statistic"].sum(), rel=1e-6, abs=1e-8)
        assert one["gain"].sum() == pytest.approx(two["gain"].sum(), rel=1e-6, abs=1e-10)
        # What one adds when last is what it adds on entry in the other order.
        assert one.loc["predisposing", "statistic_last"] == pytest.approx(
            two.loc["predisposing", "statistic"], rel=1e-6, abs=1e-8
        )


@given(st.integers(0, 10**6), st.floats(0.5, 50))
@settings(max_examples=8, deadline=None)
def test_smearing_is_the_mean_of_the_residuals_powers(seed, factor):
    """Duan (1983): with one group, amounts are means whatever their distribution and unit."""
    rng = np.random.default_rng(seed)
    cost = np.where(rng.random(60) < 0.4, 0.0, rng.lognormal(3, 1, 60))
    assume(0 < (cost > 0).sum() < 60)
    frame = pd.DataFrame({"cost": cost, "ill": np.arange(60) % 2})
    plain = c.two_part(frame, "cost", [])
    logs = np.log(cost[cost > 0])
    assert plain.smearing == pytest.approx(np.exp(logs - logs.mean()).mean())
    assert plain.means == pytest.approx(np.full(60, cost.mean()))
    one = c.two_part(frame, "cost", ["ill"])
    other = c.two_part(frame.assign(cost=cost * factor), "cost", ["ill"])
    assert other.smearing == pytest.approx(one.smearing, rel=1e-6)
    assert other.means == pytest.approx(one.means * factor, rel=1e-6)


@given(st.integers(0, 10**6), st.integers(1, 40))
@settings(max_examples=15)
def test_a_seed_says_all_of_simulated_visits(seed, persons):
    one = u.simulate_visits(seed, persons)
    pd.testing.assert_frame_equal(one, u.simulate_visits(seed, persons))
    assert one["simulated"].all()


FRAME = pd.DataFrame({"visits": [0, 1, 3, 2], "ill": [0, 1, 1, 0], "cost": [0.0, 2, 5, 1]})
SEEN = pd.DataFrame(
    {
        "p": [1, 1, 2],
        "day": ["2023-1-10", "2023-1-9", "2023-2-1"],
        "mixed": ["2023-1-10", 5, "2023-1-9"],
        "at": ["s", "hospital", None],
    }
)
POISSON = c.count_model(FRAME, "visits", ["ill"], "poisson")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: u.two_week_rate(3, "10户", count_of="persons"), "households, not persons"),
        (lambda: u.two_week_rate(3, 10, count_of="visits"), "no way of counting 'visits'"),
        (lambda: u.two_week_rate("约3人", 10, count_of="persons", design="srs"), "not a range"),
        (
            lambda: u.two_week_rate(measure(3, "episodes"), 10, count_of="persons"),
            "must be persons, and 3 episodes",
        ),
        (lambda: u.cost_per_visit("1478.7万元", "97万人"), "persons, not visits"),
        (lambda: u.cost_per_visit("1478.7万", measure(0, "visits")), "a rate needs its base"),
        (lambda: u.implied_cost_elsewhere("45.4元", "3元"), "no fraction to divide by"),
        (lambda: u.implied_cost_elsewhere("45人"), "persons, not yuan"),
        (lambda: c.rootogram(POISSON, most=-1), "most is -1"),
        (lambda: c.overdispersion_test(POISSON, "cubic"), "no alternative 'cubic'"),
        (lambda: c.count_model(FRAME, "cost", ["ill"], "hurdles"), "did you mean 'hurdle'"),
        (lambda: c.count_model(FRAME.assign(visits=1.5), "visits", [], "poisson"), "use two_part"),
        (lambda: c.two_part(FRAME, "cost", [], second="logs"), "did you mean 'log'"),
        (lambda: c.two_part(FRAME, "cost", ["cost"]), "cannot explain itself"),
        (lambda: c.count_model(FRAME, "visits", ["visits"], "poisson"), "cannot explain itself"),
        (lambda: c.count_model(FRAME.astype(str), "visits", [], "poisson"), "'visits' is text"),
        (lambda: u.two_week(FRAME[:0], "visits", count_of="persons"), "no rows"),
        (lambda: u.unmet_need(FRAME[:0], needed="ill", obtained="ill"), "no rows"),
        (
            lambda: u.two_week(FRAME.assign(visits=np.inf), "visits", count_of="persons"),
            "inf is no number of episodes",
        ),
        (
            lambda: u.insurance(FRAME.assign(paid="2"), cost="cost", paid="paid"),
            "row 0: insurance paid '2'",
        ),
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
        (lambda: c.andersen_blocks(FRAME, "visits", {"need": "ill"}, "poisson"), "a list"),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
