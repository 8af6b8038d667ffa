"""The headline of a study: how its outcome was answered, by groups, with the test and why it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pandas as pd

from commsvc.inference.pairwise import adjust_p
from commsvc.report import finding, label, say, show, show_table
from commsvc.study.context import Study
from commsvc.study.question_words import (
    MEASURES,
    bullets,
    heading_of,
    level_words,
    part_words,
    title_of,
)
from commsvc.survey.answers import Question
from commsvc.survey.describe import Satisfaction, satisfaction
from commsvc.words.messages import Text, message

ASKED: Final = message("people asked, blank answers included")
ANSWERED: Final = message("people who answered")
EVERYBODY: Final = message("everybody")


def ask(study: Study, question: Question, group: Question | None = None) -> Satisfaction:
    """What people answered, by group or together, with small groups hidden.

    Parameters
    ----------
    question : of any kind but text
    group : a question with one answer a person
    """
    within = study if group is None else study.within(group)
    by = None if group is None else group.name
    return satisfaction(
        within.answers, question.name, by=by, smallest_base=study.smallest_base, **study.reading
    )


def show_finding(study: Study, outcome: Question | None) -> None:
    """The one sentence of the report; of simulated answers it says so first.

    Parameters
    ----------
    outcome : of `chosen_outcome`; none, and nothing is said
    """
    if outcome is None or outcome.kind == "text":
        return
    sentence = ask(study, outcome).sentence
    finding(message("Simulated answers. {said}", said=sentence) if study.simulated else sentence)


def show_outcome(study: Study, outcome: Question | None) -> None:
    """The outcome's answers as a table, with what its scale comes to.

    Parameters
    ----------
    outcome : of `chosen_outcome`
    """
    if outcome is None:
        say("No question has answers to choose from: name one in `outcome`.")
        return
    show_question(study, outcome)


def show_question(study: Study, question: Question, *, fold: Text | str = "") -> None:
    """One question: the sentence and a table with its intervals; what it shows goes by its kind.

    Parameters
    ----------
    fold : fold the table away under these words
    """
    found = ask(study, question)
    if not fold:
        say(found.sentence)
    shown = _of_question(found)
    show_table(
        shown,
        caption=heading_of(question),
        values=_values(question, shown),
        fold=fold,
        note=found.sentence if fold else "",
        **_basis(study, ANSWERED if question.kind == "number" else ASKED, found.table),
    )


def _of_question(found: Satisfaction) -> pd.DataFrame:
    """The tidy table of a question, with what a scale's answers come to below them."""
    table = found.table
    if not found.summary.empty:
        # A mean of scores is no share, and stands in a sentence of its own.
        more = found.summary[~found.summary["level"].isin(["mean score"])]
        more = more if "item" not in table else more[more["level"] == "favourable"]
        table = more if "item" in table and len(more) else pd.concat([table, more])
    return table.drop(columns="group").dropna(axis=1, how="all")


def _values(question: Question, columns: Iterable[str]) -> dict[str, dict[Any, Text]]:
    parts = part_words(question)
    words = {"level": {**parts, **MEASURES, **level_words(question)}, "item": parts}
    return {name: words[name] for name in words if name in columns}


def _basis(study: Study, denominator: Text, table: pd.DataFrame) -> dict[str, Any]:
    base = table["base"].max() if len(table) else 0
    return {
        "source": study.source,
        "n": int(base) if base == base else 0,
        "denominator": denominator,
        "design": study.design.describe(),
    }


def measured(found: Satisfaction) -> pd.DataFrame:
    """One row a group: the favourable share, or the mean of a number; empty where it has neither.

    Returns
    -------
    tidy frame with everybody in group "all"
    """
    if not found.summary.empty and (found.summary["level"] == "favourable").any():
        return found.summary[found.summary["level"] == "favourable"]
    means = found.table[found.table["level"] == "mean"]
    return means if len(means) else found.table.iloc[:0]


def show_groups(study: Study, outcome: Question | None, groups: Sequence[Question]) -> pd.DataFrame:
    """The outcome by each group in one table, each with its test; an interval plot; why this test.

    Parameters
    ----------
    outcome : of `chosen_outcome`
    groups : of `chosen_groups`; the outcome itself is passed over

    Returns
    -------
    the tests that were made, for `show_limits`
    """
    several = [g for g in groups if outcome is not None and g.name != outcome.name]
    if outcome is None or not several:
        say(
            "No groups are compared: name questions in `groups`, or give one the role group in "
            "the codebook."
        )
        return pd.DataFrame()
    found = {group.name: ask(study, outcome, group) for group in several}
    rows = [_rows(group, found[group.name]) for group in several]
    table = pd.concat(rows, ignore_index=True)
    tests = _tests(several, found)
    if table.empty:
        _across(study, outcome, several, found)
    else:
        everybody = measured(ask(study, outcome))
        show_table(
            table,
            caption=message("{title}, by group", title=title_of(outcome)),
            columns={"by": message("By"), "group": message("Group")},
            values=_group_values(several),
            share="mean" not in set(table["level"]),
            **_basis(study, ASKED, everybody),
        )
        _draw(study, outcome, table, everybody)
    _show_tests(study, outcome, tests)
    reasons = dict.fromkeys(r for one in found.values() for r in one.reasons)
    say("Why this table and this test:\n\n{reasons}", reasons=bullets(reasons))
    return tests


def _rows(group: Question, found: Satisfaction) -> pd.DataFrame:
    rows = measured(found)
    rows = rows[(rows["group"] != "all") & (rows["base"] > 0)]
    return rows.assign(by=group.name)[["by", *rows.columns]]


def _group_values(groups: Sequence[Question]) -> dict[str, dict[Any, Text]]:
    words: dict[Any, Text] = {"all": EVERYBODY}
    for group in groups:
        words |= level_words(group)
    return {"by": {g.name: title_of(g) for g in groups}, "group": words, "level": MEASURES}


def _across(
    study: Study,
    outcome: Question,
    groups: Sequence[Question],
    found: dict[str, Satisfaction],
) -> None:
    """Answers without grades: a table a group, answers down and groups across."""
    for group in groups:
        table = found[group.name].table
        show_table(
            table[table["base"] > 0],
            caption=message("{title}, by {by}", title=title_of(outcome), by=title_of(group)),
            across="group",
            values={**_values(outcome, table), "group": _group_values(groups)["group"]},
            **_basis(study, ASKED, table),
        )


def _tests(groups: Sequence[Question], found: dict[str, Satisfaction]) -> pd.DataFrame:
    """A row a test that was made, P adjusted by Holm for all of them."""
    made = [
        found[group.name].test.assign(by=group.name)
        for group in groups
        if len(found[group.name].test)
    ]
    if not made:
        return pd.DataFrame()
    tests = pd.concat(made, ignore_index=True)
    tests = tests[tests["p"].notna()].reset_index(drop=True)
    return tests.assign(p_adjusted=adjust_p(tests["p"].tolist())) if len(tests) else tests


def _show_tests(study: Study, outcome: Question, tests: pd.DataFrame) -> None:
    if tests.empty:
        if study.design.allows_inference:
            say("No comparison could be tested.")
        else:
            say("No test: {design}.", design=study.design.describe())
        return
    first = [c for c in ("by", "level") if c in tests]
    ends = ["effect", "effect_low", "effect_high", "method", "note"]
    words = {"by": {q.name: title_of(q) for q in study.codebook}, "level": part_words(outcome)}
    show_table(
        tests[[*first, "statistic", "df", "p", "p_adjusted", *ends]],
        caption=message("Do the groups differ? {title}", title=title_of(outcome)),
        columns={"by": message("By")},
        values={name: words[name] for name in first},
        source=study.source,
        n=len(tests),
        denominator=message("tests; P adjusted by Holm"),
        design=study.design.describe(),
    )


def show_test(study: Study, question: str, by: str) -> None:
    """One question between the groups of another, on demand: a three-line table and its reasons.

    Parameters
    ----------
    question, by : questions of the codebook
    """
    asked, group = study.codebook[question], study.codebook[by]
    found = ask(study, asked, group)
    say(found.sentence)
    _show_tests(study, asked, _tests([group], {group.name: found}))
    say(bullets(found.reasons))


def _draw(study: Study, outcome: Question, table: pd.DataFrame, everybody: pd.DataFrame) -> None:
    """The one figure of the headline: everybody, then each group, with intervals."""
    from commsvc import plots

    words = _group_values(list(study.codebook))["group"]
    drawn = pd.concat([everybody.assign(group="all"), table], ignore_index=True)
    drawn = drawn[drawn["estimate"].notna()]
    if len(drawn) < 3:
        return
    share = "mean" not in set(drawn["level"])
    ax = plots.intervals(
        drawn.assign(
            shown=[label(words.get(g, str(g))) for g in drawn["group"]],
            low=drawn["low"].fillna(drawn["estimate"]),
            high=drawn["high"].fillna(drawn["estimate"]),
        ),
        labels="shown",
        share=share,
        xlabel=label("share favourable") if share else label("mean"),
    )
    show(
        ax,
        f"{study.name}_outcome",
        caption=message("{title}, by group", title=title_of(outcome)),
        **_basis(study, ASKED, everybody),
    )
