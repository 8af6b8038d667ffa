"""What a study shows of its answers: what was read, cleaned, flagged, kept; who was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from commsvc.report import say, show_table
from commsvc.study.context import Study
from commsvc.study.question_words import bullets, is_simulated, title_of
from commsvc.survey.answers import Answers, Question
from commsvc.survey.respondents import repeated_people
from commsvc.survey.words import FLAG_RULES, KINDS, STEP_RULES, missing_word
from commsvc.words.messages import Text, message

if TYPE_CHECKING:
    from commsvc.survey.codebook import Codebook
    from commsvc.survey.log import Step

MOST_ROWS: Final = 40
# A value that fewer people have may tell who somebody is, before cleaning as after it.
FEWEST_ALIKE: Final = 2
_MEANING: Final = {
    "duplicate": message(
        "the same answers to everything, or the same address and time, as an earlier one; with "
        "few questions this happens by chance",
    ),
    "speeder": message("took less than 30 % of the median time, or a second"),
    "straight-liner": message("one answer to every row of a matrix; it may be meant"),
    "exclusive option plus others": message(
        "ticked an option such as none of the above, and another"
    ),
    "out of range": message("an answer that the codebook does not know, or an impossible number"),
    "contradictory": message("two answers that cannot both be"),
}


def show_reading(answers: Answers, codebook: Codebook) -> None:
    """What was read, what was decided on the way, and what of the codebook is uncertain.

    Parameters
    ----------
    answers : as `read_answers` gave them
    codebook : its `doubts`, if it is a draft, are counted first and listed
    """
    if is_simulated(answers.source):
        say(
            message(
                "**These answers are simulated: nobody was asked anything, and nothing below says "
                "anything about a real service.**"
            )
        )
    n = len(codebook.doubts)
    if n:
        say(
            message(
                "**{n} doubt** about what the file means is open; it is listed below.",
                plural="**{n} doubts** about what the file means are open; they are listed below.",
                n=n,
            )
        )
    if people := repeated_people(answers):
        say(message("**{people}**", people=people))
    say(
        message(
            "**{n:count}** answers were read from `{source}`:\n\n{done}",
            n=answers.n,
            source=answers.source,
            done=bullets(answers.done),
        )
    )
    if n:
        doubts = [message("{name}: {doubt}", name=q, doubt=d) for q, d in codebook.doubts]
        say(
            message(
                "The codebook was drafted from the answers. To be looked at:\n\n{doubts}",
                doubts=bullets(doubts),
            )
        )


def show_cleaning(log: Iterable[Step]) -> None:
    """How many cells each rule of cleaning changed in each column, with examples; the log replays.

    Parameters
    ----------
    log : of `clean_answers`
    """
    from commsvc.survey.log import log_frame

    steps = list(log)
    frame = log_frame(steps) if steps else pd.DataFrame()
    if len(frame):
        # A number read from its digits is another type, and no change to a reader.
        frame = frame[frame["before"].astype(str) != frame["after"].astype(str)]
    if frame.empty:
        say(message("Nothing had to be cleaned."))
        return
    say(
        message(
            "**{n:count}** cells in {columns} columns were changed, by rules that need no "
            "decision. The file itself is as it was.",
            n=int(frame["count"].sum()),
            columns=frame["column"].nunique(),
        )
    )
    show_table(
        _changes(frame),
        caption=message("What cleaning changed"),
        columns={
            "rule": message("Rule"),
            "column": message("Column"),
            "count": message("Cells"),
            "example": message("Example"),
        },
        values={"rule": STEP_RULES},
        n=int(frame["count"].sum()),
        denominator=message("cells changed"),
        fold=message("What cleaning changed"),
    )


def _changes(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a rule and column; the example is one that several people share, or none."""
    rows = []
    for (rule, column), part in frame.groupby(["rule", "column"], sort=False):
        most = part.loc[part["count"].idxmax()]
        alike = most["count"] >= FEWEST_ALIKE
        example: Any = message("{before} → {after}", before=most["before"], after=most["after"])
        rows.append(
            {
                "rule": rule,
                "column": column,
                "count": int(part["count"].sum()),
                "example": example if alike else message("(each its own)"),
            }
        )
    return pd.DataFrame(rows)


def show_flags(flags: pd.DataFrame, answers: Answers, left_out: Sequence[str] = ()) -> None:
    """How many answers each rule found, and which they are; none is dropped by being flagged.

    Parameters
    ----------
    flags : of `flag_answers`
    answers : those flagged
    left_out : the rules by which answers are left out
    """
    from commsvc.survey.flags import count_flags

    if flags.empty:
        say(message("No answer is flagged."))
        return
    counts = count_flags(flags, answers)
    show_table(
        counts.assign(
            meaning=[_MEANING.get(rule, "") for rule in counts["rule"]],
            out=[rule in left_out for rule in counts["rule"]],
        )[["rule", "meaning", "count", "base", "estimate", "out"]],
        caption=message("Answers that deserve a look"),
        columns={
            "meaning": message("What it finds"),
            "count": message("Answers"),
            "base": message("Of"),
            "estimate": message("Share"),
            "out": message("Left out"),
        },
        values={"rule": FLAG_RULES},
        formats={"estimate": ".1%", "base": ",d"},
        source=answers.source,
        n=answers.n,
        denominator=message("answers returned"),
        note=message(
            "Flagged, not dropped: leave_out in the first cell says which rules exclude.",
        ),
    )
    ids = answers.data.get("id")
    some = flags.head(MOST_ROWS)
    numbers = some["row"] if ids is None else ids.loc[some["row"]]
    rest = len(flags) - len(some)
    show_table(
        some.assign(
            id=[str(number) for number in numbers],
        )[["id", "rule", "note"]],
        caption=message("Which answers are flagged"),
        columns={"id": message("Row") if ids is None else message("Answer")},
        values={"rule": FLAG_RULES},
        source=answers.source,
        n=len(flags),
        denominator=message("flags"),
        note=message("and {rest:count} more", rest=rest) if rest > 0 else "",
        fold=message("Which answers are flagged"),
    )


def show_flow(steps: pd.DataFrame, source: str = "") -> None:
    """Who was kept: issued → returned → valid.

    Parameters
    ----------
    steps : of `flow`
    source : for the caption
    """
    first, last = steps.iloc[0], steps.iloc[-1]
    if first["group"] == "issued":
        returned = int(steps["count"].iloc[1])
        say(
            message(
                "**{returned:count}** of {issued:count} questionnaires came back "
                "({share:percent}); **{kept:count}** are analysed.",
                returned=returned,
                issued=int(first["count"]),
                share=returned / max(int(first["count"]), 1),
                kept=int(last["count"]),
            )
        )
    else:
        say(
            message(
                "**{returned:count}** answers came back, **{kept:count}** are analysed. How many "
                "questionnaires were given out is not said (`issued`), so there is no response "
                "rate.",
                returned=int(first["count"]),
                kept=int(last["count"]),
            )
        )
    lost = [note for note in steps["note"] if note]
    if lost:
        say(bullets(lost))


def show_answered(answers: Answers, questions: Sequence[Question]) -> None:
    """Who was asked each question and who answered: the denominators of everything below.

    Parameters
    ----------
    answers : those kept
    questions : of the codebook
    """
    if not questions:
        say(
            message(
                "There is no question to count: none in the codebook has levels or numbers. Is "
                "this the right sheet, and does its header hold the questions? Else give "
                "questions their kind in the codebook."
            )
        )
        return
    rows = [
        {"question": question.name, "text": title_of(question), "kind": question.kind}
        | answered(answers, question)
        for question in questions
    ]
    frame = pd.DataFrame(rows)
    other = [c for c in frame if c not in ("question", "text", "kind", "asked", "answered")]
    frame = frame.fillna(dict.fromkeys(other, 0)).astype(dict.fromkeys(other, int))
    show_table(
        frame,
        caption=message("Who answered what"),
        columns={
            "question": message("Question"),
            "text": message("Text"),
            "kind": message("Kind"),
            "asked": message("Asked"),
            "answered": message("Answered"),
        }
        | {kind: message("{why}: people", why=missing_word(kind)) for kind in other},
        values={"kind": KINDS},
        source=answers.source,
        n=answers.n,
        denominator=message("answers kept"),
        note=message(
            "Skipped: never asked, in no base. Blank: asked and left empty, in the base. Don't "
            "know and its like are shown and stand outside the base."
        ),
        fold=message("Who answered what"),
    )


def answered(answers: Answers, question: Question) -> dict[str, Any]:
    """Of one question: who was asked, who answered in the base, and why others did not.

    Returns
    -------
    dict with `asked`, `answered`, and the number of each kind of missing answer
    """
    columns = [c for c in question.columns if c in answers.data]
    there = np.logical_or.reduce([answers.data[c].notna().to_numpy() for c in columns])
    kinds: dict[str, int] = {}
    if not there.all():
        why = answers.why_missing(columns[0]).to_numpy()[~there]
        kinds = {str(kind): n for kind, n in Counter(why).items() if kind}
    away = 0
    for level in question.levels:
        if level.missing and question.kind in ("single", "scale"):
            given = int((answers.data[columns[0]] == level.label).sum())
            if given:
                kinds[level.missing] = kinds.get(level.missing, 0) + given
                away += given
    asked = answers.n - kinds.get("skipped", 0)
    return {"asked": asked, "answered": int(there.sum()) - away, **kinds}


_ALLOWS: Final[dict[str, Text]] = {
    "census": message("Shares are exact: no interval, no test."),
    "incomplete": message("Counts are at most lower bounds: no interval, no test."),
    "srs": message("Intervals and tests as of simple counts."),
    "sample": message(
        "Shares are weighted; errors are those of the design (linearised), tests Rao–Scott."
    ),
    "unknown": message(
        "Nobody said how people were chosen: intervals and tests hold on the condition given with "
        "them, and `design` in the first cell is the place to say more."
    ),
}


def show_design(study: Study) -> None:
    """How people were chosen, and what that allows."""
    design = study.design
    if design.caveat():
        say(
            message(
                "Design: **{design}** ({caveat}). {allows}",
                design=design.describe(),
                caveat=design.caveat(),
                allows=_ALLOWS[design.kind],
            )
        )
    else:
        say(
            message(
                "Design: **{design}**. {allows}",
                design=design.describe(),
                allows=_ALLOWS[design.kind],
            )
        )
