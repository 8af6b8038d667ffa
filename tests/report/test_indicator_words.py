"""What the indicators write into `method` and `note` is Chinese in a Chinese report.

The words are read from the library's own source, so that a new one without Chinese is noticed, and
from what every docstring's example gives, where words stand in each other.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from commsvc import indicators
from commsvc.indicators.utilization.counts.andersen import _MODELS
from commsvc.indicators.utilization.counts.fits import KINDS as COUNTS
from commsvc.inference.intervals import PROPORTION_METHODS
from commsvc.inference.rates import RATE_METHODS, RATIO_METHODS
from commsvc.inference.share_intervals import SHARE_METHODS
from commsvc.report.vocabulary import pieces
from commsvc.words.messages import Text, text_of

ROOT = Path(indicators.__file__).parent
COLUMNS = ("method", "note")
# Names that stand in what is assembled before it is a method or a note.
PARTS = {"method", "note", "said", "silent", "over", "drawn", "lead", "words"}
# Names that Chinese texts keep: of people, methods, statistics.
NAMES = set(
    """
    Wilson Pearson Wald Poisson Duan logit probit Byar Jeffreys Clopper Agresti Coull Korn Graubard
    beta gamma ridit Cameron Trivedi Fay Feuer Cohen Kendall Cronbach Feldt Kaiser Meyer Olkin
    Herfindahl Hirschman Kakwani Erreygers Wagstaff Fréchet Malmquist Dirichlet Luo Wang Dai Wan Zou
    Sternberg CCR BCC CRITIC TOPSIS RSR WISN HEAT LSCP MCLP BIC Var mid Spearman
    """.split()  # noqa: SIM905
)
# What an example calls things, or an argument's own word: nothing to translate.
CALLED = set(
    """
    beds deaths care cost way age ill satisfied fairly not staff visits doctors nurses general
    practitioners and vector minmax share max rooms
    """.split()  # noqa: SIM905
)


# What a field can be, where the library has a list of it; any other field is a number or a name.
FIELDS = {
    "alternative": ("linear", "quadratic"),
    "weights": ("linear", "quadratic"),
}
BY_FILE = {
    "andersen.py": {"kind": tuple(_MODELS)},
}


def said(node: ast.AST, fields: dict[str, Any]) -> list[str]:
    """Texts that an expression can come to."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.FormattedValue(value=value):
            own = said(value, fields) if isinstance(value, ast.IfExp) else []
            return own or list(fields.get(ast.unparse(value), ["7"]))
        case ast.JoinedStr(values=parts):
            return ["".join(p) for p in product(*(said(part, fields) for part in parts))]
        case ast.BinOp(left=left, right=right):
            sides = [found for side in (left, right) if (found := said(side, fields))]
            return ["".join(p) for p in product(*sides)] if sides else []
        case ast.IfExp(body=body, orelse=other):
            return said(body, fields) + said(other, fields)
        case ast.Call(func=ast.Attribute(attr="join")):
            return ["7"]
        case ast.Call(func=ast.Name(id="joined_notes"), args=args):
            return [text for arg in args for text in said(arg, fields)]
        case ast.Call(func=ast.Attribute(attr="where"), args=args):
            return [text for arg in args[1:] for text in said(arg, fields)]
        case ast.List(elts=parts):
            return [text for part in parts for text in said(part, fields)]
    return []


def told(path: Path) -> Iterator[tuple[str, str]]:
    """(column, text) of all that a module gives to a method or a note."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    fields = FIELDS | BY_FILE.get(path.name, {})
    for node in ast.walk(tree):
        found: list[tuple[str, ast.AST]] = []
        match node:
            case ast.Call(func=ast.Name(id="joined_notes")):
                found.append(("note", node))
            case ast.keyword(arg=("method" | "note") as name, value=value):
                found.append((name, value))
            case ast.Dict(keys=keys, values=values):
                found += [
                    (key.value, value) for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and key.value in COLUMNS
                ]  # fmt: skip
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in PARTS:
                found.append(("method" if name == "method" else "note", value))
            case ast.AugAssign(target=ast.Name(id=name), value=value) if name in PARTS:
                found.append(("method" if name == "method" else "note", value))
            case ast.FunctionDef(name="_said" | "_silent" | "_why"):
                for part in ast.walk(node):
                    if isinstance(part, ast.Return) and part.value is not None:
                        found.append(("note", part.value))
        for column, value in found:
            for text in said(value, fields):
                # What is put behind another word, or before a list.
                text = f"Poisson{text}" if text.startswith(", ") else text
                yield column, f"{text}7" if text.endswith(" ") else text


# Options of other libraries' functions that are called `method`, too.
OPTIONS = {"newton", "nm", "BFGS", "bounded", "highs-ds", "lower", "higher"}
TABLES = (COUNTS, PROPORTION_METHODS, RATE_METHODS, RATIO_METHODS, SHARE_METHODS)


def every_text() -> list[tuple[str, str]]:
    found = {("method", text) for table in TABLES for text in table.values()}
    for path in ROOT.rglob("*.py"):
        for column, text in told(path):
            # A word in brackets behind another is among the words within words below.
            parts = [] if text.startswith(" (") else text.strip("; ").split("; ")
            found |= {(column, part) for part in parts}
    return sorted((column, text) for column, text in found - {("method", o) for o in OPTIONS})


def left_in_english(column: str, text: str | Text) -> set[str]:
    if isinstance(text, Text):
        return set(re.findall("[A-Za-zé]{3,}", text.text("zh"))) - NAMES
    shown = pieces(column, text)
    chinese = text_of(shown, "zh")
    return set(re.findall("[A-Za-zé]{3,}", chinese)) - NAMES


@pytest.mark.parametrize(
    ("column", "text"), [pair for pair in every_text() if re.search("[A-Za-zé]{3,}", pair[1])]
)
def test_every_method_and_note_in_the_source_has_chinese(column, text):
    assert not left_in_english(column, text)


def test_the_source_is_read():
    texts = every_text()
    assert len(texts) > 50
    for known in (
        ("note", "7 working days"),
        ("note", "7 did not say whether they needed it"),
        ("method", "crude rate"),
    ):
        assert known in texts


def results_of_examples() -> set[tuple[str, str | Text]]:
    """What stands under `method` and `note` in every table a docstring's example makes."""
    found: set[tuple[str, str | Text]] = set()

    def look(frame: Any, event: str, value: Any) -> None:
        # The cheap questions first: every call of every library comes by here.
        if (
            event == "return"
            and isinstance(value, pd.DataFrame)
            and Path(frame.f_code.co_filename).is_relative_to(ROOT)
        ):
            for column in set(COLUMNS) & set(value.columns):
                found.update((column, cell) for cell in value[column].unique())

    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    for module in pkgutil.walk_packages([str(ROOT)], "commsvc.indicators."):
        for example in finder.find(importlib.import_module(module.name)):
            if example.examples and "simulate" not in example.name:
                sys.setprofile(look)
                try:
                    runner.run(example, out=lambda _: None)
                finally:
                    sys.setprofile(None)
    return found


def test_what_examples_give_is_chinese_throughout():
    found = results_of_examples()
    assert len(found) > 60
    english = {
        (column, text): words
        for column, text in found
        if (words := left_in_english(column, text) - CALLED)
    }
    assert not english


@pytest.mark.parametrize(
    ("column", "text", "chinese"),
    [
        ("method", "two-week visit rate (logit)", "两周就诊率（logit 法）"),
        ("method", "share (Korn–Graubard (beta))", "比例（Korn–Graubard 法（beta））"),
        (
            "method",
            "home-visit share (counted among the visits) (Wilson)",
            "上门服务比例（已计入诊次）（Wilson 法）",
        ),
        ("method", "records per households (logit)", "每户的档案份数（logit 法）"),
        ("note", "15 centres at 15-20万元 yuan each", "15 个中心，单价 15-20万元"),
        (
            "note",
            "48小时 a year for 1013 to 1021 persons",
            "1013 至 1021 人，每年各 48小时",
        ),
        (
            "note",
            "7 did not say whether they needed it (of all groups)",
            "各组合计 7 人未说明是否需要",
        ),
        ("note", "60% (half_up) of 300 persons", "300 人的 60%（四舍五入）"),
        (
            "note",
            "implied by a need of 124 at 5000 residents each (up)",
            "由需要 124 名、每名服务 5000 名居民推得（进一法）",
        ),
        (
            "note",
            "range over what was printed (1 of 3 cells)",
            "范围按刊印数字的可能取值（3 格中有 1 格不止一值）",
        ),
    ],
)
def test_words_within_words(column, text, chinese):
    assert text_of(pieces(column, text), "zh") == chinese
