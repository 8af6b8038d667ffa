"""What the words of logs, flags and missing answers are called for readers, in both languages."""

from __future__ import annotations

from typing import Final

from commsvc.survey.said import Said

# Rules of flags: who deserves a look, and why.
FLAG_RULES: Final = {
    "duplicate": Said("duplicate", "重复答卷"),
    "speeder": Said("too fast", "作答过快"),
    "straight-liner": Said("one answer all down the matrix", "矩阵题直线作答"),
    "exclusive option plus others": Said("exclusive option plus others", "互斥选项与其他选项同选"),
    "out of range": Said("out of range", "超出范围"),
    "contradictory": Said("contradictory", "前后矛盾"),
}
# Rules of steps: what cleaning did.
STEP_RULES: Final = {
    "private": Said("private column left out", "删去隐私列"),
    "trim": Said("spaces trimmed", "去除空格"),
    "label": Said("code or wording to its label", "编码或写法换成标签"),
    "scale": Said("wording unified", "统一量表用语"),
    "number": Said("read as a number", "读作数字"),
    "date": Said("read as a date", "读作日期"),
    "exclude": Said("excluded", "剔除"),
}
MISSING: Final = {
    "skipped": Said("skipped", "跳过"),
    "blank": Said("blank", "未答"),
    "dont_know": Said("don't know", "不知道"),
    "refused": Said("refused", "拒答"),
    "not_applicable": Said("not applicable", "不适用"),
    "undecided": Said("undecided", "未定"),
    "unranked": Said("not ranked", "未列入排序"),
    "none typed": Said("nothing typed", "未填写"),
}
KINDS: Final = {
    "single": Said("single choice", "单选"),
    "multiple": Said("several answers", "多选"),
    "scale": Said("scale", "量表"),
    "matrix": Said("matrix", "矩阵"),
    "ranking": Said("ranking", "排序"),
    "number": Said("number", "数字"),
    "text": Said("text", "文字"),
}


def missing_word(kind: str) -> Said:
    """What a kind of missing answer is called; one of the owner's own keeps its name.

    >>> missing_word("skipped").pair, missing_word("user: 没问到").pair
    (('skipped', '跳过'), ('没问到', '没问到'))
    """
    own = kind.removeprefix("user: ")
    return MISSING.get(kind) or Said(own, own)


def flag_word(rule: str) -> Said:
    """What a rule of flags is called; one of the researcher's own keeps its name.

    >>> flag_word("duplicate").zh, flag_word("left early").zh
    ('重复答卷', 'left early')
    """
    return FLAG_RULES.get(rule) or Said(rule, rule)


# Tests and effects by the names that results give them; what is not here keeps its name.
METHODS: Final = {
    "Pearson chi-square": Said("Pearson chi-square", "皮尔逊卡方检验"),
    "Mann–Whitney": Said("Mann–Whitney", "Mann–Whitney 秩和检验"),
    "Kruskal–Wallis": Said("Kruskal–Wallis", "Kruskal–Wallis 秩和检验"),
    "Fisher exact": Said("Fisher exact", "Fisher 精确检验"),
    "Freeman–Halton exact": Said("Freeman–Halton exact", "Freeman–Halton 精确检验"),
}
EFFECTS: Final = {
    "Cramér's V, noncentral chi-square": Said("Cramér's V", "Cramér V"),
    "Cramér's V of weighted shares": Said("Cramér's V", "Cramér V"),
    "Cliff's delta": Said("Cliff's δ", "Cliff δ"),
}


def test_words(method: str) -> tuple[Said, Said]:
    """The test and the effect that a result's method names.

    >>> test_words("Mann–Whitney; effect: Cliff's delta")[1].zh
    'Cliff δ'
    """
    test, _, effect = method.partition("; effect: ")
    return METHODS.get(test) or Said(test, test), EFFECTS.get(effect) or Said(effect, effect)
