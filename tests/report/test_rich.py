"""What a notebook shows of each kind of result: its numbers, whole and in both languages."""

import importlib
import re
import subprocess
import sys
from functools import cache
from xml.etree import ElementTree

import pandas as pd
import pytest

from commsvc import Design, load_report
from commsvc.indicators.count_models import count_model
from commsvc.indicators.evaluation import rank_sum_ratio
from commsvc.indicators.measure import measure
from commsvc.indicators.ratio import share
from commsvc.indicators.use_models import two_part
from commsvc.inference import acceptance_plan, binary_logit, proportion_interval, size
from commsvc.inference.crosstabs import independence_test
from commsvc.inference.jackknife import Total, by_design
from commsvc.inference.sample import Sample
from commsvc.printed import read
from commsvc.published.claims import infer_rule
from commsvc.published.claims import share as share_claim
from commsvc.published.extract import extract
from commsvc.published.reconstruct import by_group
from commsvc.published.repair import damage, repair
from commsvc.published.reports import data_folder
from commsvc.report import use_tables
from commsvc.report.displays import SHOWN, frame_html, html, text
from commsvc.report.scrub import scrub_html
from commsvc.survey import Answers, clean_answers, satisfaction, tabulate_answers
from commsvc.survey.draft import draft_codebook

FRAME = pd.DataFrame({"q": ["满意 ", "一般", "满意", "不满意"] * 10, "place": ["a", "b"] * 20})
DEMO = data_folder() / "demo_text.txt"
MODEL = pd.DataFrame({"visits": [0, 1, 2, 0, 3, 0, 5, 1], "ill": [0, 1, 1, 1, 0, 0, 1, 0]})
COSTS = pd.DataFrame(
    {"cost": [0, 5, 9, 0, 4, 0, 7, 2, 0, 3], "old": [0, 1, 1, 0, 0, 1, 1, 0, 1, 1]}
)
PLACES = pd.DataFrame({"town": list("ABCDE"), "visits": [9, 1, 4, 6, 5], "deaths": [2, 5, 3, 1, 4]})


@cache
def repaired():
    return repair(damage(DEMO.read_text("utf-8"), seed=21))


@cache
def tables():
    return by_group(200, ["73.5%", "69.4%"], total_share="71.5%")


# kind -> (an example, what its page must say)
EXAMPLES = {
    "printed.figure.Printed": (lambda: read("近97万"), "(960000, 970000)"),
    "indicators.evaluation.rank_sum.RankSumRatio": (
        lambda: rank_sum_ratio(
            PLACES, {"visits": "benefit", "deaths": "cost"}, units=PLACES["town"]
        ),
        "Rank",
    ),
    "indicators.measure.Measure": (lambda: measure("近97万", "persons"), "近97万 persons"),
    "indicators.ratio.Ratio": (lambda: share(20, 42, unit="institutions"), "47.6%"),
    "indicators.count_models.CountFit": (
        lambda: count_model(MODEL, "visits", ["ill"], "poisson"),
        "AIC",
    ),
    "indicators.use_models.TwoPartFit": (
        lambda: two_part(
            pd.DataFrame(
                {"cost": [0, 5, 9, 0, 4, 0, 7, 2, 0, 3], "old": [0, 1, 1, 0, 0, 1, 1, 0, 1, 1]}
            ),
            "cost",
            ["old"],
        ),
        "smearing factor",
    ),
    "inference.design.Design": (Design.unknown, "simple random sample"),
    "inference.hypergeometric.AcceptancePlan": (lambda: acceptance_plan(500, 5, 50), "records"),
    "inference.jackknife.Estimate": (
        lambda: by_design(Total([4.0, 6.0, 5.0]), Sample([1, 1, 1])),
        "15",
    ),
    "inference.logit.LogitModel": (
        lambda: binary_logit(MODEL["visits"] > 1, {"ill": MODEL["ill"]}),
        "n = 8",
    ),
    "inference.results.HypothesisTest": (lambda: independence_test([[10, 5], [3, 9]]), "0.031"),
    "inference.results.Interval": (lambda: proportion_interval(20, 42), "47.6% [33.4, 62.3]"),
    "inference.sample_size.SampleSize": (lambda: size("precision"), "385"),
    "published.claims.rule_of_report.RuleInference": (
        lambda: infer_rule(
            [
                {"kind": "share", "count": c, "of": 56, "printed": p}
                for c, p in [(1, "1.78%"), (32, "57.14%"), (12, "21.42%")]
            ]
        ),
        "100.0%",
    ),
    "published.claims.verdict.Verdict": (lambda: share_claim(20, 42, "47%"), "cut off"),
    "published.extract.Extracted": (lambda: extract(DEMO)[0], "demo_text.txt"),
    "published.reconstruct.table_answers.Decision": (lambda: tables().decides(), "0.517"),
    "published.reconstruct.table_answers.Matching": (
        lambda: tables().matching("pearson", "0.42"),
        "1 of 1",
    ),
    "published.reconstruct.table_answers.Range": (lambda: tables().range_of("pearson"), "0.42072"),
    "published.reconstruct.tables.Tables": (tables, "75"),
    "published.repair.Repaired": (repaired, "edits"),
    "published.repair.edits.Edits": (lambda: repaired().edits, "edits"),
    "published.reports.Report": (lambda: load_report(1), "15处"),
    "survey.answers.Answers": (lambda: Answers.from_frame(FRAME), "40 answers"),
    "survey.codebook.Codebook": (lambda: draft_codebook(Answers.from_frame(FRAME)), "满意"),
    "survey.describe.Satisfaction": (
        lambda: satisfaction(FRAME, "q", by="place", design=Design.srs()),
        "n = 20",
    ),
    "survey.log.Cleaned": (lambda: clean_answers(Answers.from_frame(FRAME)), "trim"),
    "survey.tabulation.Tabulation": (
        lambda: tabulate_answers(FRAME, "q", by="place", design=Design.srs()),
        "n = 20",
    ),
}


def test_every_kind_that_is_shown_is_there_and_has_an_example():
    assert {f"commsvc.{name}" for name in EXAMPLES} == {".".join(name) for name in SHOWN}
    for module, name in SHOWN:
        assert isinstance(getattr(importlib.import_module(module), name), type)


def test_ipython_shows_results_without_being_asked():
    program = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import commsvc, sys
assert "pandas" not in sys.modules
from commsvc.inference import proportion_interval
data, _ = shell.display_formatter.format(proportion_interval(20, 42))
print(data["text/html"]); print(data["text/plain"])
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout.count("47.6% [33.4, 62.3]") == 2, ran.stderr
    assert "<table" in ran.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_result_shows_its_numbers_whole_and_as_text(name, monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "en")
    make, said = EXAMPLES[name]
    result = make()
    page = html(result)
    root = ElementTree.fromstring("<div>" + scrub_html(page) + "</div>")
    assert said in " ".join(root.itertext())
    assert said in text(result)
    assert "<td" not in text(result)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_result_speaks_the_reports_language(name, monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "en")
    assert 'lang="zh' not in html(EXAMPLES[name][0]())


# Names that Chinese reports keep, and what the examples call their columns and groups.
NAMES = {
    "Student",
    *("Wilson", "Pearson", "Cramér", "Duan", "logit", "probit", "RSR", "AIC", "BIC", "UTF"),
    *("demo", "text", "txt", "place", "ill", "old", "half", "trim", "scale", "group", "yes"),
}


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"published.repair.edits.Edits"}))
def test_a_chinese_report_has_the_librarys_words_in_chinese(name, monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "zh")
    words = set(re.findall(r"[A-Za-zé]{3,}", re.sub(r"\w+_\w+", "", text(EXAMPLES[name][0]()))))
    assert words <= NAMES


def test_what_is_no_probability_is_not_called_one(monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "en")
    shown = text(EXAMPLES["indicators.evaluation.rank_sum.RankSumRatio"][0]())
    assert "Downward frequency" in shown
    assert shown.count("P value") == 1  # of the fit


def test_a_terminal_shows_a_line_in_place_of_the_whole_data():
    answers = Answers.from_frame(FRAME)
    assert repr(answers) == "Answers(40 answers, 2 columns)"
    assert repr(draft_codebook(answers)) == "Codebook(2 questions)"
    assert len(repr(repaired())) < 80
    assert len(repr(load_report(1))) < 100


def test_frames_show_as_tables_only_where_they_are_results():
    result = satisfaction(FRAME, "q", design=Design.srs()).table
    assert "commsvc-table" in frame_html(result)
    assert frame_html(FRAME) == FRAME._repr_html_()
    assert use_tables() is None
