"""What a study shows of its answers: what was read, cleaned, flagged, kept and left unanswered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from commsvc.report import label, say, show, show_table
from commsvc.report.lang import pair
from commsvc.study.words import bullets, is_simulated
from commsvc.survey.words import FLAG_RULES, MISSING, STEP_RULES
from commsvc.words.messages import message

if TYPE_CHECKING:
    import pandas as pd

    from commsvc.survey.answers import Answers
    from commsvc.survey.codebook import Codebook
    from commsvc.survey.log import Step

MOST_ROWS: Final = 40
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
    codebook : its `doubts`, if it is a draft, are listed
    """
    said_en, said_zh = bullets(answers.done)
    say(
        "**{n:,}** answers were read from `{source}`:\n\n{said_en}",
        n=answers.n,
        source=answers.source,
        said_en=said_en,
        said_zh=said_zh,
    )
    if is_simulated(answers.source):
        say(
            "**These answers are simulated: nobody was asked anything, and nothing below says "
            "anything about a real service.**",
        )
    if codebook.doubts:
        doubts = [message("{name}: {doubt}", name=q, doubt=d) for q, d in codebook.doubts]
        en, zh = bullets(doubts)
        say(
            "The codebook was drafted from the answers. To be looked at:\n\n{en}",
            en=en,
            zh=zh,
        )


def show_cleaning(log: Iterable[Step]) -> None:
    """Every value that cleaning changed, with how often; the log replays.

    Parameters
    ----------
    log : of `clean_answers`
    """
    from commsvc.survey.log import log_frame

    steps = list(log)
    if not steps:
        say("Nothing had to be cleaned.")
        return
    frame = log_frame(steps)
    # A number read from its digits is another type, and no change to a reader.
    frame = frame[frame["before"].astype(str) != frame["after"].astype(str)]
    notes = {str(step.note): pair(step.note) for step in steps}
    changed, columns = int(frame["count"].sum()), frame["column"].nunique()
    say(
        "**{changed:,}** cells in {columns} columns were changed, by rules that need no "
        "decision. The file itself is as it was.",
        changed=changed,
        columns=columns,
    )
    rest = len(frame) - MOST_ROWS
    kinds = {
        f"({kind})": message("({word})", word=word.text("en"), word_2=word.text("zh"))
        for kind, word in MISSING.items()
    }
    show_table(
        frame.head(MOST_ROWS)[["rule", "column", "before", "after", "count", "note"]].assign(
            note=[notes[str(note)] for note in frame.head(MOST_ROWS)["note"]]
        ),
        caption=message("What cleaning changed"),
        columns={
            "rule": message("Rule"),
            "column": message("Column"),
            "before": message("Before"),
            "after": message("After"),
            "count": message("Cells"),
        },
        values={
            "rule": {rule: word for rule, word in STEP_RULES.items()},
            "after": kinds | {"(left out)": message("left out")},
            "before": {"column": message("whole column")},
        },
        formats={"before": str, "after": str},
        n=changed,
        denominator=message("cells changed"),
        note=message("and {rest:,} more lines", rest=rest) if rest > 0 else "",
    )


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
        say("No answer is flagged.")
        return
    counts = count_flags(flags, answers)
    words = {rule: word for rule, word in FLAG_RULES.items()}
    show_table(
        counts.assign(
            meaning=[pair(_MEANING.get(rule, "")) for rule in counts["rule"]],
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
        values={"rule": words},
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
        values={"rule": words},
        source=answers.source,
        n=len(flags),
        denominator=message("flags"),
        note=message("and {rest:,} more", rest=rest) if rest > 0 else "",
    )


def show_flow(steps: pd.DataFrame, name: str = "study_flow", source: str = "") -> None:
    """Who was kept, as a figure: issued → returned → valid.

    Parameters
    ----------
    steps : of `flow`
    name : the figure's file
    source : for the caption
    """
    from commsvc import plots

    drawn = steps.assign(
        shown=[label(*pair(_STEPS.get(str(group), group))) for group in steps["group"]],
        why=[label(*pair(note), "\n") for note in steps["note"]],
    )
    ax = plots.flow(drawn, labels="shown", note="why")
    show(
        ax,
        name,
        caption=message("Who was kept"),
        source=source,
        n=int(steps["count"].iloc[0]),
        denominator=message("questionnaires"),
    )
    first, last = steps.iloc[0], steps.iloc[-1]
    if first["group"] == "issued":
        returned = int(steps["count"].iloc[1])
        share = returned / max(int(first["count"]), 1)
        say(
            "**{returned:,}** of {count:,} questionnaires came back ({share:percent}); "
            "**{count_2:,}** are analysed.",
            returned=returned,
            count=int(first["count"]),
            share=share,
            count_2=int(last["count"]),
        )
    else:
        say(
            "**{count:,}** answers came back, **{count_2:,}** are analysed. How many "
            "questionnaires were given out is not said (`issued`), so there is no response "
            "rate.",
            count=int(first["count"]),
            count_2=int(last["count"]),
        )


_STEPS = {
    "issued": message("given out"),
    "valid": message("kept"),
    "analysed": message("answered"),
}
