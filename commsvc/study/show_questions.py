"""What a study shows of one question: its shares with the right intervals, as table and figure."""

from __future__ import annotations

import pandas as pd

from commsvc.report import label, say, show_table
from commsvc.study.model import Study
from commsvc.study.notes import caveats
from commsvc.study.scales import (
    draw_scale,
    favourable_shares,
    favourable_words,
    say_favourable,
)
from commsvc.study.shares import INTERVAL, draw_shares, file_stem, table_of_shares
from commsvc.study.words import capital, heading_of, item_words, level_words, title_of
from commsvc.survey.answers import Level, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.numbers import estimate_means
from commsvc.survey.quantiles import estimate_quantiles
from commsvc.survey.suppress import suppress_small
from commsvc.survey.tabulate import tabulate_answers


def show_question(study: Study, question: Question) -> None:
    """One question of the survey: a heading, the table of shares, and the figure.

    Parameters
    ----------
    study
    question : of the codebook; what is shown goes by its kind
    """
    en, zh = heading_of(question)
    say(f"### {en}", f"### {zh}")
    by_kind = {
        "matrix": _matrix,
        "multiple": _multiple,
        "ranking": _ranking,
        "number": _number,
        "text": _text,
    }
    name = f"{study.name}_{file_stem(question.name)}"
    by_kind.get(question.kind, _one_answer)(study, question, name)


def shares_of(study: Study, question: str) -> tuple[pd.DataFrame, int]:
    """The shares of a question with small bases hidden, and the number of people in the base."""
    table = tabulate_answers(study.answers, question, design=study.design, codebook=study.codebook)
    return suppress_small(table.frame(), base=study.smallest_base), int(table.base[0])


def _one_answer(study: Study, question: Question, name: str) -> None:
    frame, n = shares_of(study, question.name)
    words, title = level_words(question), capital(title_of(question))
    table_of_shares(
        study, frame, {"level": ("Answer", "答案")}, caption=title, values={"level": words}, n=n
    )
    together = favourable_shares(study, question, question.name)
    if together is not None:
        say_favourable(question, together.iloc[0])
    inside = frame[frame["level"].isin([x.label for x in question.levels])]
    draw_shares(study, inside, name, words=words, caption=title, n=n)


def _multiple(study: Study, question: Question, name: str) -> None:
    frame, n = shares_of(study, question.name)
    frame = frame.sort_values("estimate", ascending=False, kind="stable")
    words, title = level_words(question), capital(title_of(question))
    table_of_shares(
        study, frame, {"level": ("Option", "选项")}, caption=title, values={"level": words}, n=n
    )
    say(
        "A person may have ticked several: shares are of people and may add up to more than 100 %.",
        "每人可选多项：占比以人数为分母，合计可超过 100%。",
    )
    draw_shares(study, frame, name, words=words, caption=title, n=n)


def _matrix(study: Study, question: Question, name: str) -> None:
    columns = [c for c in question.columns if study.answers.data[c].notna().any()]
    if not columns:
        say("Nobody answered.", "无人作答。")
        return
    if pd.api.types.is_numeric_dtype(study.answers.data[columns[0]]):
        _numbers(study, question, columns)
        return
    frames = {column: shares_of(study, column) for column in columns}
    items = {column: item_words(question, column) for column in columns}
    every = pd.concat(
        frame.assign(row=[items[column]] * len(frame), group=label(*items[column], "\n"))
        for column, (frame, _) in frames.items()
    )
    n = max(base for _, base in frames.values())
    title = capital(title_of(question))
    found = {column: favourable_shares(study, question, column) for column in columns}
    graded = [f.assign(row=[items[c]] * len(f)) for c, f in found.items() if f is not None]
    if graded:
        en, zh = favourable_words(question)
        together = pd.concat(graded, ignore_index=True)
        caption = (f"{title[0]}: {en}", f"{title[1]}：{zh}")
        table_of_shares(study, together, {"row": ("Item", "项目")}, caption=caption, n=n)
        draw_scale(study, every, question, name, caption=title, n=n)
    else:
        first = {"row": ("Item", "项目"), "level": ("Answer", "答案")}
        values = {"level": level_words(question)}
        table_of_shares(study, every, first, caption=title, values=values, n=n)


def _ranking(study: Study, question: Question, name: str) -> None:
    """Who put each item first, and its mean place among those who ranked it."""
    answers = study.answers
    ranked = answers.data[list(question.columns)].notna().any(axis=1)
    why = answers.why_missing(question.columns[0]).where(~ranked, "")
    first = answers
    for column in question.columns:
        top = (answers.data[column] == 1).fillna(False).astype("Int64").where(ranked)
        first = first.with_column(f"{column} (1)", top, why)
    items = [question.item(column).label for column in question.columns]
    words = {item: item_words(question, c) for item, c in zip(items, question.columns, strict=True)}
    asked = Question(
        f"{question.name} (1)",
        kind="multiple",
        columns=tuple(f"{column} (1)" for column in question.columns),
        levels=tuple(Level(item, item) for item in items),
    )
    table = tabulate_answers(first, asked.name, design=study.design, codebook=Codebook((asked,)))
    frame = suppress_small(table.frame(), base=study.smallest_base)
    frame["place"] = [
        estimate_means(answers, column, design=study.design).iloc[0]["estimate"]
        for column in question.columns
    ]
    frame = frame.sort_values("place", kind="stable").drop(columns="response_share")
    title, n = capital(title_of(question)), int(table.base[0])
    caption = (f"{title[0]}: put first", f"{title[1]}：列在首位")
    first_of = {"level": ("Item", "项目")}
    table_of_shares(study, frame, first_of, caption=caption, values={"level": words}, n=n)
    pairs = list(zip(frame["level"], frame["place"], strict=True))
    en, zh = ([f"{words[item][i]} {place:.2f}" for item, place in pairs] for i in (0, 1))
    say(
        f"Mean place among those who ranked the item (1 is first): {'; '.join(en)}.",
        f"平均名次（仅计将该项列入排序者，1 为首位）：{'；'.join(zh)}。",
    )
    draw_shares(study, frame, name, words=words, caption=caption, n=n)


def _number(study: Study, question: Question, name: str) -> None:
    cells = study.answers.data[question.columns[0]]
    if not pd.api.types.is_numeric_dtype(cells) or cells.notna().sum() == 0:
        say("No numbers to show.", "没有可列出的数字。")
        return
    _numbers(study, question, list(question.columns))


def _numbers(study: Study, question: Question, columns: list[str]) -> None:
    """Means with their intervals, a row a column, and where the numbers lie."""
    rows = []
    for column in columns:
        cells = study.answers.data[column].dropna().astype(float)
        mean = estimate_means(study.answers, column, design=study.design).iloc[0]
        middle = estimate_quantiles(study.answers, column, design=study.design).iloc[0]
        ends = {"lowest": cells.min(), "median": middle["estimate"], "highest": cells.max()}
        rows.append({"row": item_words(question, column), **mean, **ends})
    frame = pd.DataFrame(rows)
    ranges = {"interval": ("low", "high")} if frame["low"].notna().any() else {}
    shown = ["row"] if len(columns) > 1 else []
    shown += ["base", "estimate", *(["low", "high"] if ranges else [])]
    shown += ["lowest", "median", "highest"]
    headings = {
        "row": ("Item", "项目"),
        "base": ("People", "人数"),
        "estimate": ("Mean", "均值"),
        "interval": INTERVAL,
        "lowest": ("Lowest", "最小"),
        "median": ("Median", "中位数"),
        "highest": ("Highest", "最大"),
    }
    formats = {"base": ",.0f", "estimate": ".4g", "interval": ".4g"}
    there = [*shown, *ranges]
    show_table(
        frame[shown],
        caption=capital(title_of(question)),
        columns={k: v for k, v in headings.items() if k in there},
        ranges=ranges,
        formats={k: v for k, v in formats.items() if k in there},
        source=study.source,
        n=int(frame["base"].max()),
        denominator=("people who gave a number", "填写数字者"),
        design=study.design_words,
        note=caveats(study.design),
    )


def _text(study: Study, question: Question, name: str) -> None:
    n = int(study.answers.data[question.columns[0]].notna().sum())
    say(
        f"{n:,} people wrote something. Texts are not shown here: they may tell who somebody is.",
        f"共 {n:,} 人填写了文字。文字内容可能透露身份，此处不列出。",
    )
