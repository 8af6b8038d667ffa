"""Every indicator has an example, an invariant and a refusal, and takes what it should.

Read from the tests themselves, so that a new function without them is noticed.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from commsvc.indicators import (
    access,
    equity,
    evaluation,
    location,
    resources,
    satisfaction,
    tables,
    travel,
    utilization,
    volunteers,
)
from commsvc.indicators.from_records import from_records
from commsvc.indicators.utilization import counts

HERE = Path(__file__).parent
PACKAGES = (utilization, counts, resources, volunteers, equity, evaluation, satisfaction)
FUNCTIONS = [
    *(
        function
        for package in PACKAGES
        for name in package.__all__
        if inspect.isfunction(function := getattr(package, name))
    ),
    from_records,
    tables.rowwise,
    tables.scenarios,
    access.floating_catchment,
    access.nearest_facility,
    location.fewest_sites,
    location.best_sites,
    travel.great_circle,
]

# What takes neither records with a design nor figures with a range, and why not.
PLAIN = {
    "audit_sample": "a plan: its numbers are chosen, not measured",
    "available_working_time": "a contract's days, exact by agreement",
    "band_verdict": "of sets of values, made by the others",
    "choose_count_model": "a likelihood needs independent persons; a design is refused",
    "compliance": "one row a site: nothing is estimated over sites",
    "facilities_for_area": "geometry of two lengths; take both ends of a range",
    "implied_radius": "geometry of two lengths; take both ends of a range",
    "service_area": "geometry of two lengths; take both ends of a range",
    "match_requests": "an assignment of named people",
    "member_compliance": "a ledger is complete: one row a member",
    "post_compliance": "a ledger is complete: one row a post",
    "reconcile_registers": "two complete lists of names",
    "validate_ledger": "a ledger is complete: one row a fault",
    "time_bank": "a ledger is complete: one row an account",
    "time_bank_summary": "sums over the accounts of a complete ledger",
    "overdispersion_test": "of a fitted model, which has its design",
    "rootogram": "of a fitted model, which has its design",
    "gini": "of exact figures; inequality_range and inequality_by_design take the others",
    "theil": "of exact figures; inequality_range and inequality_by_design take the others",
    "mean_log_deviation": "of exact figures; inequality_range and inequality_by_design take them",
    "herfindahl": "of exact figures of places, all of them; inequality_range takes printed ones",
    "concentration_index_grouped": "concentration_range takes printed rates, concentration_index "
    "records",
    "great_circle": "geometry of two points",
    "nearest_facility": "a distance a place, whatever the number of its people",
    "given_weights": "weights are chosen, not measured",
    "membership": "of every rater's answer: a complete list, whose shares are exact",
    "icc": "its own model: raters and units are the sample",
    "kendalls_w": "of ranks; which of printed figures is greater is for whoever ranks",
    "weighted_kappa": "its own model: units are the sample, rated independently",
    "cronbach_alpha": "its own model: Feldt's interval of independent people",
    "feldt_interval": "its own model: Feldt's interval of independent people",
    "mcdonald_omega": "of a fitted factor, whose errors are the fit's",
    "item_statistics": "describes the people who answered, for choosing items",
    "kmo": "describes the people who answered, for choosing items",
    "derived_importance": "a correlation of independent people, with its ordinary P",
    "importance_performance": "of means of items; estimate these by design and give their ends",
    "kano": "counts the people who answered; no error is given",
    "better_worse": "of counts as they are; no error is given",
    "servqual": "a paired t test of independent people",
    "response_shares": "shares of a complete count; satisfaction() has those of a sample",
    "multiple_response": "shares of a complete count; satisfaction() has those of a sample",
}
# Arguments and words that say so.
TAKES = {"design", "rounding"}
MADE_UP = "simulate_"
OVER_OTHERS = {"from_records", "rowwise", "scenarios"}


def names_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Name):
            yield part.id


@cache
def in_tests() -> tuple[frozenset[str], frozenset[str]]:
    """Names in tests of properties (Hypothesis), and in calls that are to be refused."""
    general: set[str] = set()
    refused: set[str] = set()
    for path in HERE.rglob("test_*.py"):
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(test, ast.FunctionDef):
                continue
            if any("given" in names_in(mark) for mark in test.decorator_list):
                general.update(names_in(test))
            raises = [
                part for part in ast.walk(test)
                if isinstance(part, ast.With)
                and any("raises" in names_in(item.context_expr) for item in part.items)
            ]  # fmt: skip
            for part in raises:
                refused.update(name for line in part.body for name in names_in(line))
                # A table of calls that are all refused.
                refused.update(name for mark in test.decorator_list for name in names_in(mark))
    return frozenset(general), frozenset(refused)


def annotations(function: Callable[..., object]) -> str:
    return " ".join(str(p.annotation) for p in inspect.signature(function).parameters.values())


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_it_has_an_example_an_invariant_and_a_refusal(function):
    name = function.__name__
    general, refused = in_tests()
    # An example that runs: the function itself is called in its docstring.
    assert f"{name}(" in "".join((function.__doc__ or "").partition(">>>")[1:])
    assert name in general, "no property of it is tested"
    assert name in refused, "nothing is seen to be refused"


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_it_takes_a_design_or_figures_with_their_range_or_says_why_not(function):
    name = function.__name__
    takes = (
        TAKES & inspect.signature(function).parameters.keys()
        or any(word in annotations(function) for word in ("Value", "Measure", "Records"))
        or "figures as printed" in " ".join((function.__doc__ or "").split())
    )
    if name.startswith(MADE_UP) or name in OVER_OTHERS:
        return
    assert bool(takes) == (name not in PLAIN) or name == "choose_count_model"


def test_no_reason_is_left_over():
    assert PLAIN.keys() <= {function.__name__ for function in FUNCTIONS}
