"""What a study does not show, from what was found of it; and the one sentence it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from commsvc.report import finding, say
from commsvc.study.comparisons import Comparison, ask
from commsvc.study.model import Study
from commsvc.study.show_base import answered
from commsvc.study.words import bullets, is_simulated, title_of
from commsvc.survey.answers import Question
from commsvc.survey.said import Said
from commsvc.words.messages import message

if TYPE_CHECKING:
    import pandas as pd

_BLANK = 0.05  # a share of blank answers worth a sentence
_SELF = message(
    "Answers are what people say of a service. They are no measure of its quality, and those "
    "who never came were mostly not asked.",
)
_CAUSES = message(
    "A difference between groups is no effect of what makes them groups: they differ in other "
    "things, too.",
)


def show_limits(
    study: Study,
    questions: Sequence[Question],
    comparisons: Sequence[Comparison] = (),
    steps: pd.DataFrame | None = None,
    flags: pd.DataFrame | None = None,
) -> None:
    """What the study does not show: design, response, blanks, flags, number of tests.

    Parameters
    ----------
    study
    questions : those shown
    comparisons : of `compare`
    steps : of `flow`
    flags : of `flag_answers`
    """
    lines = [*_of_design(study), *_of_response(steps), *_of_blanks(study, questions)]
    lines += [*_of_flags(study, flags), *_of_tests(comparisons)]
    lines += [_SELF, *([_CAUSES] if comparisons else [])]
    if is_simulated(study.source):
        said = message(
            "The answers are simulated: nothing here says anything about a real service.",
        )
        lines.insert(0, said)
    en, zh = bullets(lines)
    say(en, zh)


def _of_design(study: Study) -> list[Said]:
    kind = study.design.kind
    if kind == "unknown":
        said = message(
            "How people were chosen is not known. Every interval and every P holds only if "
            "those who answered are like a simple random sample; how far they are from it, "
            "nothing in the answers can tell.",
        )
        return [said]
    if kind in ("census", "incomplete"):
        article = "an" if kind == "incomplete" else "a"
        said = message(
            "This is {article} {describe}: no interval and no P, because nothing was drawn by "
            "chance. It says nothing of other places or times.",
            article=article,
            describe=study.design.describe(),
            describe_2=study.design.describe("zh"),
        )
        return [said]
    return [
        message(
            "Intervals hold the error of sampling alone: not that of who did not answer, nor "
            "of how a question was put.",
        )
    ]


def _of_response(steps: pd.DataFrame | None) -> list[Said]:
    if steps is None or steps["group"].iloc[0] == "issued":
        return []
    return [
        message(
            "How many questionnaires were given out is not said: those who did not answer may "
            "think otherwise, and nobody knows how many they are.",
        )
    ]


def _of_blanks(study: Study, questions: Sequence[Question]) -> list[Said]:
    shares = []
    for question in questions:
        found = answered(study.answers, question)
        if found["asked"]:
            shares.append((found.get("blank", 0) / found["asked"], question))
    share, worst = max(shares, key=lambda pair: pair[0], default=(0.0, Question("")))
    if share < _BLANK:
        return []
    en, zh = title_of(worst)
    return [
        message(
            "Up to {share:percent0} of those asked left a question blank ({en}); they stay in "
            "the base.",
            share=share,
            en=en,
            zh=zh,
        )
    ]


def _of_flags(study: Study, flags: pd.DataFrame | None) -> list[Said]:
    if flags is None or flags.empty:
        return []
    kept = int(flags["row"].isin(study.answers.data.index).sum())
    if not kept:
        return []
    return [message("{kept} flags are of answers that were kept.", kept=kept)]


def _of_tests(comparisons: Sequence[Comparison]) -> list[Said]:
    tests = sum(int(c.found.test["p"].notna().sum()) for c in comparisons)
    if tests < 2:
        return []
    return [
        message(
            "{tests} tests were made: at 5 %, {tests_2:g} would be under it by chance alone if "
            "nothing differed. Read the adjusted P, and take what was not asked before the "
            "data came as a question for the next survey.",
            tests=tests,
            tests_2=tests / 20,
        )
    ]


def show_finding(study: Study, questions: Sequence[Question]) -> None:
    """The one sentence of the report: how the first question was answered.

    Parameters
    ----------
    questions : the first that has answers to choose from is taken; none, and nothing is said
    """
    closed = [q for q in questions if q.kind != "text"]
    if not closed:
        return
    found = ask(study, closed[0])
    finding(found.sentence_en, found.sentence_zh)
