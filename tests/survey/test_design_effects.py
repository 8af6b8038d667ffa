"""Design effects of numbers, and a domain's average, against R; what several stages allow."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.inference import (
    Design,
    Ratio,
    Replicates,
    Sample,
    by_design,
)
from commsvc.inference.clusters import Strata
from commsvc.survey import (
    estimate_means,
    estimate_quantiles,
    estimate_ratios,
    estimate_totals,
    tabulate_answers,
)

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
R = json.loads((REFERENCE / "designs.json").read_text(encoding="utf-8"))
EXACT = 1e-10
DESIGNS = {
    "strat": Design.sample(weights="pw", strata="stype", stratum_sizes="fpc"),
    "clus": Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc"),
}


def schools(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"api_{name}.csv", keep_default_na=False)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_design_effects_as_in_r(name, engine):
    data, design = schools(name), DESIGNS[name]
    if engine == "polars":
        polars = pytest.importorskip("polars")
        data = polars.from_pandas(data).lazy()
    found = {
        "mean": estimate_means(data, "api00", "stype", design=design),
        "total": estimate_totals(data, "enroll", "stype", design=design),
        "ratio": estimate_ratios(data, "api00", "api99", "stype", design=design),
    }
    for what, frame in found.items():
        for _, row in frame.iterrows():
            expected = R[f"{what} {name} {row['group']}"]
            assert row[["estimate", "se", "deff"]].tolist() == pytest.approx(expected, rel=EXACT)
            assert row["effective_n"] == pytest.approx(row["base"] / row["deff"])


def test_a_share_and_the_mean_of_its_indicator_have_one_design_effect():
    data = schools("clus")
    data["yes"] = (data["sch.wide"] == "Yes").astype(float)
    shares = tabulate_answers(data, "sch.wide", design=DESIGNS["clus"]).frame().set_index("level")
    mean = estimate_means(data, "yes", design=DESIGNS["clus"]).iloc[0]
    for column in ("estimate", "se", "deff", "effective_n", "df", "weighted_base"):
        assert mean[column] == pytest.approx(shares.loc["Yes", column], rel=EXACT)


def test_sizes_are_shown_where_they_say_something():
    data = schools("strat").assign(one=1.0)
    assert "deff" not in estimate_means(data, "api00", design=Design.srs())
    shown = estimate_means(data, "api00", design=Design.srs(), sizes=True)
    assert shown["deff"].item() == pytest.approx(1.0)
    assert "deff" not in estimate_means(data, "api00", design=Design.census(), sizes=True)
    # Everybody alike has no spread to compare with, and neither has a count of people.
    assert np.isnan(estimate_means(data, "one", design=DESIGNS["strat"])["deff"].item())
    assert np.isnan(estimate_totals(data, design=DESIGNS["strat"])["deff"].item())


def test_a_large_mean_takes_no_digit_from_the_design_effect():
    data = schools("clus")
    far = data.assign(api00=data["api00"] + 1e9)
    near, moved = (estimate_means(x, "api00", design=DESIGNS["clus"]) for x in (data, far))
    assert moved["deff"].item() == pytest.approx(near["deff"].item(), rel=1e-6)


@pytest.mark.parametrize("fpc", ["none", "fpc"])
def test_lonely_strata_of_a_domain_take_the_average_of_its_own(fpc):
    data = pd.read_csv(REFERENCE / "lonely.csv")
    data["low"] = np.where(data["stratum"] <= 3, "yes", "no")
    sizes = None if fpc == "none" else fpc
    design = Design.sample(
        weights="weight", strata="stratum", clusters="psu", stratum_sizes=sizes, lonely="average"
    )
    found = [
        estimate(data, "y", "low", design=design).set_index("group").loc["yes", ["estimate", "se"]]
        for estimate in (estimate_means, estimate_totals)
    ]
    assert [*found[0], *found[1]] == pytest.approx(R[f"average {fpc}"], rel=EXACT)
    people = Sample(
        data["weight"],
        strata=data["stratum"],
        clusters=data["psu"],
        fpc=None if sizes is None else data[sizes],
        lonely="average",
    )
    domain = by_design(Ratio(data["y"]), people.domain((data["low"] == "yes").to_numpy()))
    assert domain.se[0] == pytest.approx(R[f"average {fpc}"][1], rel=EXACT)


def test_a_domain_of_lonely_strata_alone_has_no_average():
    strata = Strata([1, 2, 3], lonely="average")
    assert strata.scales([False, True, True])[2] == 1
    assert strata.scales([True, True, False])[2] == 2
    assert np.isnan(strata.scales([True, False, False])[2])


def replicates(kind: str) -> Design:
    data = schools("clus")
    if kind == "bootstrap":
        drawn = pd.read_csv(REFERENCE / "bootstrap.csv").set_index("dnum")
        times = drawn.loc[data["dnum"]].to_numpy()
        return Design.of(Replicates(data["pw"], times * data["pw"].to_numpy()[:, None], kind))
    from commsvc.inference import make_replicates

    people = Sample(data["pw"], clusters=data["dnum"], fpc=data["fpc"])
    return Design.of(make_replicates(people, kind))


@pytest.mark.parametrize("kind", ["JK1", "bootstrap"])
@pytest.mark.parametrize("group", ["all", "M"])
def test_quantiles_by_replicates_as_in_r(kind, group):
    from commsvc.inference.survey_quantiles import survey_quantile

    data, people = schools("clus"), replicates(kind).people
    x = data["api00"].where((data["stype"] == group) | (group == "all")).to_numpy(dtype=float)
    for interval in ("mean", "quantile"):
        got = survey_quantile(x, people, [0.25, 0.5, 0.75], rule="hf7", interval=interval, df=14)
        rows = np.column_stack([got.estimate, got.low, got.high, got.se])
        expected = np.reshape(R[f"quantile {kind} {group} {interval}"], (3, 4))
        assert rows == pytest.approx(expected, rel=EXACT, nan_ok=True)
    assert ("jackknife" in got.note) == (kind == "JK1")


def test_quantiles_of_a_survey_with_replicates():
    data, design = schools("clus"), replicates("JK1")
    found = estimate_quantiles(
        data, "api00", "stype", design=design, quantiles=[0.25, 0.5, 0.75], rule="hf7"
    ).set_index("group")
    for group in ("all", "M"):
        got = found.loc[group, ["estimate", "low", "high", "se"]]
        expected = np.reshape(R[f"quantile JK1 {group} mean"], (3, 4))
        # R was told 14 degrees of freedom; those of the middle schools are fewer.
        columns = slice(0, 4 if group == "all" else 1)
        assert got.to_numpy(float)[:, columns] == pytest.approx(expected[:, columns], rel=EXACT)


def test_an_interval_that_the_sample_cannot_have_is_refused():
    from commsvc.inference.survey_quantiles import survey_quantile

    people = Sample([1.0] * 9)
    with pytest.raises(CommsvcError, match="without replicates"):
        survey_quantile(np.arange(9), people, interval="quantile")
    halves = Replicates([1.0, 1.0], [[2.0, 0.0], [0.0, 2.0]], "BRR")
    with pytest.raises(CommsvcError, match="with replicates"):
        survey_quantile([1, 2], halves, interval="score")


def test_a_group_in_one_cluster_has_a_quantile_and_no_interval():
    data = schools("clus")
    data["where"] = np.where(data["dnum"] == data["dnum"].iloc[0], "here", "there")
    found = estimate_quantiles(data, "api00", "where", design=DESIGNS["clus"]).set_index("group")
    assert found.loc["here", "estimate"] > 0
    assert np.isnan(found.loc["here", "low"])
    assert "one cluster a stratum" in found.loc["here", "note"]


def test_several_stages_go_with_no_population_of_the_first():
    with pytest.raises(CommsvcError, match="leave out stratum_sizes"):
        Design.sample(weights="pw", clusters=("dnum", "snum"), stratum_sizes="fpc")
    data = schools("clus").assign(snum=range(183))
    two = Design.sample(weights="pw", clusters=("dnum", "snum"))
    one = Design.sample(weights="pw", clusters="dnum")
    means = [estimate_means(data, "api00", design=d)["se"].item() for d in (two, one)]
    assert means[0] == means[1]
    with pytest.raises(CommsvcError, match="snumber"):
        estimate_means(
            data, "api00", design=Design.sample(weights="pw", clusters=("dnum", "snumber"))
        )


def test_a_likelihood_interval_may_end_at_the_edge():
    from commsvc.inference.share_intervals import share_interval

    ends = share_interval(0.17, 0.05, df=1, n=9, method="likelihood")
    assert 0 <= ends.low < 1e-6
    assert 0.9 < ends.high <= 1
