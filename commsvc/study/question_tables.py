"""One question of a study as one table: shares or numbers, base, interval, what is uncertain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from commsvc.report import show_table
from commsvc.study.context import Study
from commsvc.study.question_words import (
    MEASURES,
    heading_of,
    level_words,
    part_words,
    title_of,
)
from commsvc.survey.answers import Question
from commsvc.survey.describe import Satisfaction, satisfaction
from commsvc.survey.suppress import hide_small
from commsvc.survey.tabulate import tabulate_answers
from commsvc.words.messages import Text, joined, message

ASKED: Final = message("people asked, blank answers included")
GAVE_NUMBER: Final = message("people who gave a number")
INTERVAL: Final = message("95 % interval")
_SHARES: Final = ("single", "scale", "multiple")
_HEADINGS: Final[Mapping[str, Text]] = {
    "count": message("People"), "base": message("Of"), "estimate": message("Share"),
    "interval": INTERVAL, "response_share": message("Of all answers"),
    "weighted_base": message("Weighted n"), "effective_n": message("Effective n"),
    "deff": message("Design effect"), "place": message("Mean place"), "remark": message("Note"),
}  # fmt: skip
_FORMATS: Final = {
    "count": ",.0f", "base": ",.0f", "weighted_base": ",.0f", "effective_n": ",.0f",
    "deff": ".2f", "estimate": ".1%", "interval": ".1%", "response_share": ".1%", "place": ".2f",
}  # fmt: skip
_EXTRA: Final = ("response_share", "weighted_base", "effective_n", "deff", "place")


def group_words(group: Question) -> dict[Any, Text]:
    """What the groups of a question are called, everybody included."""
    return {**level_words(group), "all": message("everybody")}


def with_base(group: Text | str, n: float) -> Text:
    """A group's name with its base, which never breaks over two lines."""
    return message("{group} (n\u00a0=\u00a0{n:count})", group=group, n=n)


def ask(study: Study, question: Question, group: Question | None = None) -> Satisfaction:
    """What people answered, by group or together, with small groups hidden."""
    within = study if group is None else study.within(group)
    by = None if group is None else group.name
    rest, least = study.reading, study.smallest_base
    found = satisfaction(within.answers, question.name, by=by, smallest_base=least, **rest)
    if group is None and study.design.kind == "sample" and question.kind in _SHARES:
        # Under weights and clusters the unweighted, the weighted and the effective n stand beside.
        sizes = tabulate_answers(within.answers, question.name, **rest).frame()
        return replace(found, table=hide_small([sizes], least)[0])
    return found


def question_table(
    study: Study, question: Question, found: Satisfaction | None = None, *, fold: bool = False
) -> None:
    """One question: the sentence and one table; folded, the table stands under its title."""
    found = ask(study, question) if found is None else found
    heading = heading_of(question)
    words: dict[Any, Text] = {**level_words(question), **MEASURES}
    first: dict[str, Text] = {"level": message("Answer")}
    frame, numbers = found.table, False
    if "item" in frame:
        frame, first = _by_item(found), {"item": message("Item"), "level": message("Answer")}
        if frame["level"].nunique() == 1:
            frame, first = frame.drop(columns="level"), {"item": message("Item")}
            heading = message("{title}: favourable answers", title=heading)
    elif question.kind == "number" or "mean" in set(frame["level"]):
        first, numbers = {"level": message("Measure")}, True
    elif question.kind in ("multiple", "ranking"):
        first = {"level": message("Option")}
        words |= part_words(question)
        frame = frame.sort_values("estimate", ascending=False, kind="stable")
        if question.kind == "ranking":
            frame = _with_places(frame, found.summary)
            heading = message("{title}: put first", title=heading)
    else:
        frame = _with_measures(found)
    named = {"level": words, "item": part_words(question)}
    share_table(
        study, frame, first,
        caption=heading,
        values={k: v for k, v in named.items() if k in first},
        sentence="" if frame["estimate"].notna().any() else found.sentence,
        notes=doubt_notes(study, question),
        fold=heading if fold else "",
        numbers=numbers,
    )  # fmt: skip


def doubt_notes(study: Study, *questions: Question) -> list[Text]:
    """The codebook's doubts about these questions, as notes of a table."""
    doubts = dict.fromkeys(study.doubts_of(*questions))
    return [message("codebook in doubt: {doubt}", doubt=doubt) for doubt in doubts]


def _with_measures(found: Satisfaction) -> pd.DataFrame:
    """The levels, and of graded answers the favourable together and the balance."""
    if found.summary.empty:
        return found.table
    together = found.summary[found.summary["level"].isin(["favourable", "net"])]
    return pd.concat([found.table, together], ignore_index=True)


def _by_item(found: Satisfaction) -> pd.DataFrame:
    """The favourable share of each row of a matrix; of ungraded answers every level."""
    good = found.summary
    if not good.empty and (good["level"] == "favourable").any():
        return good[good["level"] == "favourable"]
    return found.table


def _with_places(frame: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    mean = places.set_index("level")["estimate"] if len(places) else {}
    return frame.drop(columns="response_share", errors="ignore").assign(
        place=[mean.get(level, float("nan")) for level in frame["level"]]
    )


def share_table(
    study: Study,
    frame: pd.DataFrame,
    first: Mapping[str, Text],
    *,
    caption: Text,
    denominator: Text | None = None,
    values: Mapping[str, Mapping[Any, Text]] | None = None,
    sentence: Text | str = "",
    notes: Any = (),
    numbers: bool = False,
    fold: Text | str = "",
) -> None:
    """Show shares, or means, with what the design allows, and no column that says nothing.

    Parameters
    ----------
    frame : tidy estimates with `count, base, estimate, low, high, note`, and what `first` names
    first : the columns that stand first, with their headings
    sentence, notes : what stands under the table: a whole sentence, and short notes
    numbers : the estimates are numbers and not shares of one
    """
    caveat = study.design.caveat()
    remarks = [_without(note, caveat) for note in frame["note"]]
    common = [remarks[0]] if len(set(remarks)) == 1 else []
    columns = [*first, *(["count"] if frame["count"].notna().any() else []), "base", "estimate"]
    ranges = {"interval": ("low", "high")} if frame["low"].notna().any() else {}
    columns += ["low", "high"] if ranges else []
    columns += [c for c in _EXTRA if c in frame and frame[c].notna().any() and not numbers]
    columns += ["remark"] if not common and any(remarks) else []
    there = {*columns, *ranges}
    headings = {k: v for k, v in _HEADINGS.items() if k in there}
    formats: dict[str, Any] = {k: v for k, v in _FORMATS.items() if k in there}
    if numbers:
        headings |= {"base": message("People"), "estimate": message("Estimate")}
        formats |= dict.fromkeys(("estimate", *ranges), ".4g")
    show_table(
        frame.assign(remark=remarks)[columns],
        caption=caption,
        columns={**first, **headings},
        values=values,
        ranges=ranges,
        formats=formats,
        source=study.source,
        n=int(frame["base"].max()),
        denominator=denominator or (GAVE_NUMBER if numbers else ASKED),
        design=study.design.describe(),
        note=_under([sentence], [*notes, caveat, *common]),
        fold=fold,
    )


def _under(sentences: Any, notes: Any) -> Text:
    """Whole sentences, and behind them short notes between semicolons."""
    return joined([*sentences, joined(notes)], " ")


def _without(note: Any, caveat: Text | str) -> Text | str:
    """A note without the design's caveat, which stands under the table."""
    assumed = set(map(str, _parts(caveat)))
    return joined(part for part in _parts(note) if str(part) not in assumed)


def _parts(note: Any) -> list[Any]:
    """The parts that a note was joined of."""
    if hasattr(note, "parts"):
        return [piece for part in note.parts for piece in _parts(part)]
    return note.split("; ") if isinstance(note, str) else [note]


def groups_across(study: Study, question: Question, group: Question, found: Satisfaction) -> None:
    """Answers, options or items down, groups across, the test under the table."""
    frame = found.table[found.table["base"] > 0]
    numbers = "mean" in set(frame["level"])
    down = ["item", "level"] if "item" in frame else ["level"]
    wide = frame.pivot(index=down, columns="group", values="estimate").dropna(how="all")
    keys = frame[down].drop_duplicates()
    wide = wide.reindex(pd.MultiIndex.from_frame(keys) if len(down) > 1 else keys["level"])
    base = frame.groupby("group", sort=False)["base"].max()
    names = group_words(group)
    shown = wide.dropna(how="all")[list(base.index)].reset_index()
    shown.columns = [*down, *map(str, base.index)]
    tested = "p_adjusted" in found.test and "item" not in frame
    if tested:
        p = found.test.set_index("level")["p_adjusted"]
        shown["p_adjusted"] = [p.get(level, float("nan")) for level in shown["level"]]
    heads = {"item": message("Item"), "level": message("Answer")}
    hidden = any("suppressed" in note for note in frame["note"])
    notes: list[Any] = [study.design.caveat()]
    if hidden:
        notes.append(message("–: fewer than {n:count} people", n=study.smallest_base))
    if tested:
        notes.append(message("each row is tested alone, P adjusted by Holm for their number"))
    show_table(
        shown,
        caption=message("{title}, by {by}", title=heading_of(question), by=title_of(group)),
        columns={k: heads[k] for k in down}
        | {str(g): with_base(names.get(g, str(g)), base[g]) for g in base.index}
        | ({"p_adjusted": message("P, adjusted")} if tested else {}),
        values={"level": {**level_words(question), **part_words(question), **MEASURES}}
        | ({"item": part_words(question)} if len(down) > 1 else {}),
        formats=dict.fromkeys(map(str, base.index), ".4g" if numbers else ".1%"),
        source=study.source,
        n=int(base.max()),
        denominator=message("people of the group, blank answers included"),
        design=study.design.describe(),
        note=_under([found.sentence], [*notes, *doubt_notes(study, question, group)]),
    )  # fmt: skip
