"""The headline of a study: how its outcome was answered, by groups, with the test and why it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from commsvc.inference.crosstabs import adjust_p
from commsvc.report import finding, say, show, show_table
from commsvc.study.context import Study
from commsvc.study.question_tables import (
    ASKED,
    GAVE_NUMBER,
    INTERVAL,
    ask,
    doubt_notes,
    group_words,
    groups_across,
    question_table,
    share_table,
)
from commsvc.study.question_words import bullets, heading_of, title_of
from commsvc.survey.answers import Question
from commsvc.survey.describe import Satisfaction
from commsvc.survey.words import test_words
from commsvc.words.messages import Text, message

OF_GROUP: Final = message("people of the group, blank answers included")
_BLANK: Final = 0.05  # a share of blank answers worth a sentence
NO_OUTCOME: Final = message(
    "No question is graded in words, so none is taken for the headline: name one in `outcome`."
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
    """The outcome's answers: a sentence, a table, and why it is so.

    Parameters
    ----------
    outcome : of `chosen_outcome`
    """
    if outcome is None:
        say(NO_OUTCOME)
        return
    found = ask(study, outcome)
    said = found.sentence
    say(message("**Simulated answers.** {said}", said=said) if study.simulated else said)
    question_table(study, outcome, found)
    say(message("Why so:\n\n{reasons}", reasons=bullets(found.reasons)))


def show_groups(study: Study, outcome: Question | None, groups: Sequence[Question]) -> pd.DataFrame:
    """The outcome by every group: one table, one figure, one table of tests; why these.

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
            message(
                "No groups are compared: name questions in `groups`, or give one the role group "
                "in the codebook."
            )
        )
        return pd.DataFrame()
    found = [(group, ask(study, outcome, group)) for group in several]
    for _, one in found if len(found) < 3 else ():
        say(one.sentence)
    measured = [(group, frame) for group, one in found if (frame := _measure(one)) is not None]
    if len(measured) == len(found):
        _measures_of_groups(study, outcome, measured)
    else:
        for group, one in found:
            groups_across(study, outcome, group, one)
    tests = show_tests(study, [(outcome, group, one) for group, one in found])
    reasons = dict.fromkeys(reason for _, one in found for reason in one.reasons)
    say(message("Why these tables and tests:\n\n{reasons}", reasons=bullets(reasons)))
    return tests


def show_test(study: Study, question: str, by: str) -> None:
    """One question between the groups of another, on demand: one table, its test below.

    Parameters
    ----------
    question, by : questions of the codebook
    """
    asked, group = study.codebook[question], study.codebook[by]
    groups_across(study, asked, group, ask(study, asked, group))


def _measure(found: Satisfaction) -> pd.DataFrame | None:
    """The one number of each group: the favourable share, or the mean of a number."""
    if "item" in found.table:
        return None
    if "mean" in set(found.table["level"]):
        return found.table[found.table["level"] == "mean"]
    if found.summary.empty or not (found.summary["level"] == "favourable").any():
        return None
    return found.summary[found.summary["level"] == "favourable"]


def _measures_of_groups(
    study: Study, outcome: Question, measured: Sequence[tuple[Question, pd.DataFrame]]
) -> None:
    numbers = "mean" in set(measured[0][1]["level"])
    rows = [
        frame[frame["group"] != "all"].assign(
            by=title_of(group), shown=[_named(group, g) for g in frame["group"] if g != "all"]
        )
        for group, frame in measured
    ]
    frame = pd.concat(rows, ignore_index=True)
    frame = frame[frame["base"] > 0]
    title = heading_of(outcome)
    caption = message("{title}: favourable answers by group", title=title)
    if numbers:
        caption = message("{title}: means by group", title=title)
    share_table(
        study, frame, {"by": message("By"), "shown": message("Group")},
        caption=caption, numbers=numbers,
        denominator=GAVE_NUMBER if numbers else OF_GROUP,
        notes=doubt_notes(study, outcome, *(group for group, _ in measured)),
    )  # fmt: skip
    _interval_plot(study, frame, measured[0][1], caption, numbers)


def _named(group: Question, label: Any) -> Text | str:
    return group_words(group).get(label, str(label))


def _interval_plot(
    study: Study, frame: pd.DataFrame, whole: pd.DataFrame, caption: Text, numbers: bool
) -> None:
    from commsvc import plots

    everybody = whole[whole["group"] == "all"].assign(by="", shown=message("everybody"))
    drawn = pd.concat([everybody, frame[frame["estimate"].notna()]], ignore_index=True)
    if len(drawn) < 3:
        return
    names = [
        str(one.shown) if not one.by else f"{one.by}: {one.shown}" for one in drawn.itertuples()
    ]
    axis = message("mean") if numbers else message("share of people who answered favourably")
    ax = plots.intervals(
        drawn.assign(
            shown=names,
            low=drawn["low"].fillna(drawn["estimate"]),
            high=drawn["high"].fillna(drawn["estimate"]),
        ),
        labels="shown",
        share=not numbers,
        xlabel=str(axis),
    )
    show(
        ax,
        f"{study.name}_outcome",
        caption=caption,
        source=study.source,
        n=int(drawn["base"].max()),
        denominator=GAVE_NUMBER if numbers else ASKED,
        design=study.design.describe(),
    )


def show_tests(
    study: Study, found: Sequence[tuple[Question, Question, Satisfaction]]
) -> pd.DataFrame:
    """Every test made, with P adjusted for their number."""
    rows = []
    for question, group, one in found:
        for test in one.test.to_dict("records"):
            if pd.notna(test["p"]):
                method, effect = test_words(str(test["method"]))
                rows.append(
                    {
                        **test,
                        "question": _tested(question, test),
                        "by": title_of(group),
                        "method": method,
                        "which": effect,
                    }
                )
    if not rows:
        none = message("No comparison could be tested.")
        if not study.design.allows_inference:
            none = message("No test: {design}.", design=study.design.describe())
        say(none)
        return pd.DataFrame()
    frame = pd.DataFrame(rows).assign(p_adjusted=adjust_p([row["p"] for row in rows]))
    names = ["question", "by", "method", "statistic", "p", "p_adjusted", "which", "effect"]
    show_table(
        frame[[*names, "effect_low", "effect_high"]],
        caption=message("Tests of the groups"),
        columns={
            "question": message("Question"), "by": message("By"), "method": message("Test"),
            "statistic": message("Statistic"), "p": message("P"),
            "p_adjusted": message("P, adjusted"), "which": message("Effect size"),
            "effect": message("Effect"), "interval": INTERVAL,
        },
        ranges={"interval": ("effect_low", "effect_high")},
        formats={"statistic": ".2f", "effect": ".2f", "interval": ".2f"},
        source=study.source,
        n=len(frame),
        denominator=message("tests; P adjusted by Holm"),
        design=study.design.describe(),
        note=study.design.caveat(),
    )  # fmt: skip


def _tested(question: Question, test: Mapping[str, Any]) -> Text:
    level = str(test.get("level", "") or "")
    if not level:
        return heading_of(question)
    return message("{title}: {item}", title=heading_of(question), item=level)
