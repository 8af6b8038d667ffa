"""What is found of a question with several answers, of a ranking and of a matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from commsvc.inference.crosstabs import adjust_p
from commsvc.inference.results import join_notes
from commsvc.survey import reasons as why
from commsvc.survey.asked import NO_TEST, Asked, Finding, largest, unsaid
from commsvc.survey.compare import option_tests
from commsvc.survey.findings import of_one
from commsvc.survey.likert import FAVOURABLE
from commsvc.survey.missing import count_missing_answers
from commsvc.survey.numbers import estimate_means
from commsvc.survey.said import Said
from commsvc.survey.sentences import FAVOURABLY, Wording
from commsvc.survey.tabulate import Tabulation, item_name, tabulate_firsts


def of_several(asked: Asked, table: Tabulation | None = None) -> Finding:
    """A question with several answers: shares of people, each option tested alone."""
    first_places = table is not None
    if table is None:
        table = asked.table()
    frame = table.frame(confidence=asked.confidence, sizes=False)
    missing = count_missing_answers(table)
    wording = asked.wording(table, missing)
    names = asked.names(asked.question)
    reasons = [why.RANKING if first_places else why.SEVERAL, why.designed(table)]
    if (few := unsaid(asked, wording, missing)) is not None:
        return Finding(frame, NO_TEST, few, tuple(reasons), missing)
    test = NO_TEST
    if asked.by and asked.design.allows_inference:
        if (table.base > 0).sum() < 2:
            reasons.append(why.TOO_FEW)
        else:
            test = option_tests(table)
            reasons.append(why.ONE_BY_ONE)
    top = largest(frame)
    label = str(top["level"])
    name = names.get(label, Said(label, label))
    put_first = Said(f"put {name} first", f"把“{name.zh}”排在第一位")
    said = wording.share(top, put_first) if first_places else wording.most(top, name)
    named = test.assign(level=[names.get(str(x), str(x)) for x in test.get("level", [])])
    by = wording.several(named, Said("option", "选项")) if asked.by else None
    reasons += why.small_groups(table, asked.names(asked.by), asked.smallest_base)
    return Finding(frame, test, wording.sentence(said, by), tuple(reasons), missing)


def of_ranking(asked: Asked) -> Finding:
    """A ranking: who was put first, and the mean place of every item."""
    rest: dict[str, Any] = {"design": asked.design, "codebook": asked.book}
    table = tabulate_firsts(asked.survey, asked.question, asked.by, base=asked.base, **rest)
    places = []
    for column in asked.columns:
        found = estimate_means(asked.survey, column, asked.by, confidence=asked.confidence, **rest)
        places.append(found.assign(level=item_name(column)))
    return replace(of_several(asked, table), summary=pd.concat(places, ignore_index=True))


def of_items(asked: Asked) -> Finding:
    """A matrix: every row a question of its own, the tests adjusted for their number."""
    each = {column: of_one(replace(asked, question=column)) for column in asked.columns}
    parts = {item_name(column): found for column, found in each.items()}

    def together(attribute: str) -> pd.DataFrame:
        frames = {item: getattr(found, attribute) for item, found in parts.items()}
        kept = [x.assign(item=item) for item, x in frames.items() if not x.empty]
        if not kept:
            return next(iter(frames.values()))
        joined = pd.concat(kept, ignore_index=True)
        return joined[["item", *(name for name in joined if name != "item")]]

    test = together("test")
    reasons = [why.MATRIX, *dict.fromkeys(r for x in parts.values() for r in x.reasons)]
    if not test.empty:
        test = test.rename(columns={"item": "level"})
        test.insert(list(test).index("p") + 1, "p_adjusted", adjust_p(test["p"]))
        said = f"P adjusted for {int(test['p'].notna().sum())} rows (Holm)"
        test["note"] = [join_notes(note, said) for note in test["note"]]
        reasons.append(why.EACH_ROW)
    table = asked.table(asked.columns[0])
    bases = [int((asked.table(c).everyone or asked.table(c)).base[0]) for c in asked.columns]
    wording = replace(asked.wording(table, _answered_all(parts)), n=max(bases))
    summary = together("summary")
    sentence = _items_said(asked, wording, summary, test)
    favourable = tuple(dict.fromkeys(x for found in parts.values() for x in found.favourable))
    return Finding(
        together("table"), test, sentence, tuple(reasons), together("missing"), favourable,
        summary, together("bounds"),
    )  # fmt: skip


def _answered_all(parts: dict[str, Finding]) -> pd.DataFrame:
    """The missing of a matrix as a whole: of its row with the fewest answers."""
    return min(
        (found.missing for found in parts.values()),
        key=lambda frame: int(frame.loc[frame["kind"] == "answered", "count"].iloc[0]),
    )


def _items_said(asked: Asked, wording: Wording, summary: pd.DataFrame, test: pd.DataFrame) -> Said:
    if (few := unsaid(asked, wording, wording.missing)) is not None:
        return few
    parts: list[Said | None] = []
    names = asked.names(asked.question)

    def name(item: object) -> Said:
        return names.get(str(item), Said(str(item), str(item)))

    if not summary.empty and (summary["level"] == FAVOURABLE).any():
        whole = summary[(summary["level"] == FAVOURABLE) & (summary["group"] == "all")]
        ordered = whole.dropna(subset="estimate").sort_values("estimate", kind="stable")
        low, high = ordered.iloc[0], ordered.iloc[-1]
        parts.append(
            Said(
                f"{FAVOURABLY} from {low['estimate']:.1%} ({name(low['item'])}) "
                f"to {high['estimate']:.1%} ({name(high['item'])})",
                f"{FAVOURABLY.zh}者由{low['estimate']:.1%}（{name(low['item']).zh}）"
                f"至{high['estimate']:.1%}（{name(high['item']).zh}）",
            )
        )
    else:
        n = len(asked.columns)
        parts.append(Said(f"{n} rows, see the table", f"共{n}行，见表"))
    if asked.by and not test.empty:
        named = test.assign(level=[name(item) for item in test["level"]])
        parts.append(wording.several(named, Said("row", "行")))
    return wording.sentence(*parts)
