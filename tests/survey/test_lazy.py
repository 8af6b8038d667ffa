"""Lazy frames are added up by their own engine: the same numbers, and the records never come."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.inference import Design, Sample
from commsvc.survey import (
    estimate_means,
    estimate_quantiles,
    estimate_ratios,
    estimate_totals,
    satisfaction,
    tabulate_answers,
)
from commsvc.survey.answers import Level, Question
from commsvc.survey.codebook import Codebook

ROOT = Path(__file__).resolve().parents[2]
ROWS = 3000


def records() -> pd.DataFrame:
    random = np.random.default_rng(20)
    psu = random.integers(0, 24, ROWS)
    ticked = random.integers(0, 2, (ROWS, 2)).astype(float)
    ticked[random.random(ROWS) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "stratum": psu % 4,
            "psu": psu,
            "w": random.uniform(0.5, 3, ROWS),
            "N": np.array([50, 60, 70, 80])[psu % 4],
            "1. 性别": random.choice(["女", "男", None], ROWS, p=[0.5, 0.45, 0.05]),
            "q": random.choice(["满意", "一般", "不满意", "说不清", None], ROWS),
            "t:a": ticked[:, 0],
            "t:b": ticked[:, 1],
            # A large number with a small spread: squares about 0 would lose its digits.
            "year": 2.0e6 + random.normal(0, 1, ROWS),
            "visits": np.where(random.random(ROWS) < 0.1, np.nan, random.poisson(3, ROWS)),
        }
    )


DATA = records()
SEX = "1. 性别"
LEVELS = (*map(Level, ("满意", "一般", "不满意")), Level("说不清", missing="dont_know"))
BOOK = Codebook(
    (
        Question("q", kind="scale", columns=("q",), levels=LEVELS),
        Question("t", kind="multiple", columns=("t:a", "t:b"), levels=(Level("a"), Level("b"))),
        Question(SEX, kind="single", columns=(SEX,)),
    )
)
DESIGNS = {
    "census": Design.census(),
    "incomplete": Design.incomplete(population=4000),
    "srs": Design.srs(population=90_000),
    "unknown": Design.unknown(),
    "weights": Design.sample(weights="w"),
    "strata": Design.sample(weights="w", strata="stratum"),
    "clusters": Design.sample(weights="w", strata="stratum", clusters="psu", stratum_sizes="N"),
}


@pytest.fixture(params=["polars", "duckdb"])
def lazy(request):
    if request.param == "polars":
        return pytest.importorskip("polars").from_pandas(DATA).lazy()
    return pytest.importorskip("duckdb").from_df(DATA)


@pytest.fixture
def collected(monkeypatch):
    """How many rows each collect brought."""
    seen: list[int] = []
    collect = nw.LazyFrame.collect

    def counting(self, *args, **kwargs):
        found = collect(self, *args, **kwargs)
        seen.append(len(found))
        return found

    monkeypatch.setattr(nw.LazyFrame, "collect", counting)
    return seen


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_engine_adds_up_what_the_records_give(lazy, design, collected):
    rest = {"design": DESIGNS[design], "codebook": BOOK}
    for base in ("asked", "answered"):
        for question in ("q", "t"):
            for by in (None, SEX):
                eager = tabulate_answers(DATA, question, by, base=base, **rest)
                found = tabulate_answers(lazy, question, by, base=base, **rest)
                same(found.frame(sizes=True), eager.frame(sizes=True))
                assert found.note == eager.note
                if by and question == "q" and DESIGNS[design].allows_inference:
                    same(found.test(), eager.test())
    for value in ("year", "visits"):
        same(estimate_means(lazy, value, SEX, **rest), estimate_means(DATA, value, SEX, **rest))
    ratios = [estimate_ratios(frame, "visits", "year", SEX, **rest) for frame in (lazy, DATA)]
    same(*ratios)
    if design != "unknown":
        totals = [estimate_totals(frame, "visits", SEX, **rest) for frame in (lazy, DATA)]
        same(*totals)
    # 24 clusters × 3 sexes × 5 answers at most, of 3000 records.
    assert collected
    assert max(collected) <= 24 * 3 * 5


def test_digits_of_large_numbers_are_kept(lazy):
    row = estimate_means(lazy, "year", design=Design.srs()).iloc[0]
    assert row["se"] == pytest.approx(DATA["year"].sem(), rel=1e-9)


def test_quantiles(lazy):
    for design in ("srs", "clusters"):
        rest = {"design": DESIGNS[design], "quantiles": [0.5, 0.9]}
        same(
            estimate_quantiles(lazy, "visits", SEX, **rest),
            estimate_quantiles(DATA, "visits", SEX, **rest),
        )
    with pytest.raises(CommsvcError, match="one by one"):
        estimate_quantiles(lazy, "visits", design=DESIGNS["strata"])


@pytest.mark.parametrize("design", ["srs", "strata", "clusters"])
def test_the_entry_of_a_beginner(lazy, design, collected):
    for question in ("q", "t", "visits"):
        found = satisfaction(lazy, question, by=SEX, design=DESIGNS[design], codebook=BOOK)
        eager = satisfaction(DATA, question, by=SEX, design=DESIGNS[design], codebook=BOOK)
        same(found.test, eager.test)
        if question != "visits" or design != "strata":
            assert found.sentence == eager.sentence
    assert max(collected) <= 24 * 3 * 15


def test_what_is_refused(lazy):
    with pytest.raises(CommsvcError, match="did you mean 'visits'"):
        estimate_means(lazy, "visit", design=Design.srs())
    with pytest.raises(CommsvcError, match="not numbers"):
        estimate_means(lazy, "q", design=Design.srs())
    bad = nw.from_native(lazy).with_columns((nw.col("w") - 1).alias("w")).to_native()
    lacking = int((DATA["w"] < 1).sum())
    with pytest.raises(CommsvcError, match=f"w: {lacking} respondents have a weight below 0"):
        tabulate_answers(bad, "q", design=DESIGNS["weights"])
    people = Design.of(Sample(DATA["w"]), "as they are")
    with pytest.raises(CommsvcError, match="no order"):
        tabulate_answers(lazy, "q", design=people)


def test_an_id_is_no_group(lazy, monkeypatch):
    monkeypatch.setattr("commsvc.survey.lazy.MOST_GROUPS", 100)
    with pytest.raises(CommsvcError, match="over 100 groups"):
        tabulate_answers(lazy, "q", by="year", design=Design.srs())


TWENTY_MILLION = """
import json
import duckdb
from commsvc.inference import Design
from commsvc.survey import estimate_means, tabulate_answers

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

duckdb.sql("set threads = 1; set enable_progress_bar = false")
table = duckdb.sql(
    "select i % 2000 as psu, i % 50 as stratum, (i * 7919) % 5 as q, (i // 3) % 10 as district, "
    "1.0 + (i % 3) as w, (i % 11) as visits from range(20_000_000) t(i)"
)
design = Design.sample(weights="w", strata="stratum", clusters="psu")
tabulate_answers(duckdb.sql("select range as q from range(9)"), "q", design=Design.srs()).frame()
before = peak()
found = tabulate_answers(table, "q", "district", design=design)
mean = estimate_means(table, "visits", "district", design=design)
grown = peak() - before
people = float(found.base.sum())
print(json.dumps([people, float(found.frame()["estimate"][0]), float(mean["estimate"][0]), grown]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_twenty_million_records_in_bounded_memory():
    pytest.importorskip("duckdb")
    done = subprocess.run(
        [sys.executable, "-c", TWENTY_MILLION], capture_output=True, text=True, cwd=ROOT, check=True
    )
    people, share, mean, grown = json.loads(done.stdout)
    assert people == 20_000_000
    assert share == pytest.approx(0.2, abs=1e-3)
    assert mean == pytest.approx(5, abs=1e-3)
    # The six columns alone would be 960 MB.
    assert grown < 250
