"""What a study does not show, from what was found of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from commsvc.report import say
from commsvc.study.context import Study
from commsvc.study.question_words import bullets, title_of
from commsvc.study.show_data import answered
from commsvc.survey.answers import Question
from commsvc.words.messages import Text, message

if TYPE_CHECKING:
    import pandas as pd

_BLANK: Final = 0.05  # a share of blank answers worth a sentence
_SIMULATED: Final = message(
    "The answers are simulated: nothing here says anything about a real service."
)
_SELF: Final = message(
    "Answers are what people say of a service. They are no measure of its quality, and those "
    "who never came were mostly not asked."
)
_CAUSES: Final = message(
    "A difference between groups is no effect of what makes them groups: they differ in other "
    "things, too."
)
_UNKNOWN: Final = message(
    "How people were chosen is not known. Every interval and every P holds only if those who "
    "answered are like a simple random sample; how far they are from it, nothing in the answers "
    "can tell."
)
_SAMPLING: Final = message(
    "Intervals hold the error of sampling alone: not that of who did not answer, nor of how a "
    "question was put."
)
_RESPONSE: Final = message(
    "How many questionnaires were given out is not said: those who did not answer may think "
    "otherwise, and nobody knows how many they are."
)


def show_limits(
    study: Study,
    questions: Sequence[Question],
    tests: pd.DataFrame | None = None,
    steps: pd.DataFrame | None = None,
    flags: pd.DataFrame | None = None,
) -> None:
    """What the study does not show: design, response, blanks, flags, number of tests.

    Parameters
    ----------
    questions : those shown
    tests : of `show_groups`
    steps : of `flow`
    flags : of `flag_answers`
    """
    lines: list[Text] = [_SIMULATED] if study.simulated else []
    lines += [_of_design(study), *_of_response(steps), *_of_blanks(study, questions)]
    lines += [*_of_flags(study, flags), *_of_tests(tests), _SELF]
    lines += [_CAUSES] if tests is not None and len(tests) else []
    say(bullets(lines))


def _of_design(study: Study) -> Text:
    if study.design.kind == "unknown":
        return _UNKNOWN
    if study.design.allows_inference:
        return _SAMPLING
    return message(
        "{design}: no interval and no P, because nothing was drawn by chance. It says nothing of "
        "other places or times.",
        design=study.design.describe(),
    )


def _of_response(steps: pd.DataFrame | None) -> list[Text]:
    return [] if steps is None or steps["group"].iloc[0] == "issued" else [_RESPONSE]


def _of_blanks(study: Study, questions: Sequence[Question]) -> list[Text]:
    shares = []
    for question in questions:
        found = answered(study.answers, question)
        if found["asked"]:
            shares.append((found.get("blank", 0) / found["asked"], question))
    share, worst = max(shares, key=lambda pair: pair[0], default=(0.0, Question("")))
    if share < _BLANK:
        return []
    return [
        message(
            "Up to {share:percent0} of those asked left a question blank ({question}); they stay "
            "in the base.",
            share=share,
            question=title_of(worst),
        )
    ]


def _of_flags(study: Study, flags: pd.DataFrame | None) -> list[Text]:
    if flags is None or flags.empty:
        return []
    kept = int(flags["row"].isin(study.answers.data.index).sum())
    return [message("{n} flags are of answers that were kept.", n=kept)] if kept else []


def _of_tests(tests: pd.DataFrame | None) -> list[Text]:
    if tests is None or len(tests) < 2:
        return []
    return [
        message(
            "{n} tests were made: at 5%, {expected:g} would be under it by chance alone if nothing "
            "differed. Read the adjusted P, and take what was not asked before the data came as a "
            "question for the next survey.",
            n=len(tests),
            expected=len(tests) / 20,
        )
    ]
