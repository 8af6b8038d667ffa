"""What the words of logs, flags and missing answers are called for readers, in both languages."""

from __future__ import annotations

from typing import Final

from commsvc.words.messages import Label, Text, message

# Rules of flags: who deserves a look, and why.
FLAG_RULES: Final = {
    "duplicate": message("duplicate"),
    "preview": message("preview or test"),
    "speeder": message("too fast"),
    "straight-liner": message("one answer all down the matrix"),
    "exclusive option plus others": message("exclusive option plus others"),
    "out of range": message("out of range"),
    "contradictory": message("contradictory"),
}
# Rules of steps: what cleaning did.
STEP_RULES: Final = {
    "private": message("private column left out"),
    "trim": message("spaces trimmed"),
    "label": message("code or wording to its label"),
    "scale": message("wording unified"),
    "number": message("read as a number"),
    "date": message("read as a date"),
    "exclude": message("excluded"),
}
MISSING: Final = {
    "skipped": message("skipped"),
    "blank": message("blank"),
    "dont_know": message("don't know"),
    "refused": message("refused"),
    "not_applicable": message("not applicable"),
    "undecided": message("undecided"),
    "unreadable": message("unreadable"),
    "unranked": message("not ranked"),
    "none typed": message("nothing typed"),
}
KINDS: Final = {
    "single": message("single choice"),
    "multiple": message("several answers"),
    "scale": message("scale"),
    "matrix": message("matrix"),
    "ranking": message("ranking"),
    "number": message("number"),
    "text": message("text"),
}


def missing_word(kind: str) -> Text:
    """What a kind of missing answer is called; one of the owner's own keeps its name.

    >>> missing_word("skipped"), missing_word("user: not home")
    ('skipped', 'not home')
    """
    own = kind.removeprefix("user: ")
    return MISSING.get(kind) or Label({"en": own})


def flag_word(rule: str) -> Text:
    """What a rule of flags is called; one of the researcher's own keeps its name.

    >>> flag_word("speeder"), flag_word("left early")
    ('too fast', 'left early')
    """
    return FLAG_RULES.get(rule) or Label({"en": rule})


# Tests and effects by the names that results give them; what is not here keeps its name.
METHODS: Final = {
    "Pearson chi-square": message("Pearson chi-square"),
    "Mann–Whitney": message("Mann–Whitney"),
    "Kruskal–Wallis": message("Kruskal–Wallis"),
    "Fisher exact": message("Fisher exact"),
    "Freeman–Halton exact": message("Freeman–Halton exact"),
}
EFFECTS: Final = {
    "Cramér's V, noncentral chi-square": message("Cramér's V"),
    "Cramér's V of weighted shares": message("Cramér's V"),
    "Cliff's delta": message("Cliff's δ"),
}


def test_words(method: str) -> tuple[Text, Text]:
    """The test and the effect that a result's method names.

    >>> test_words("Mann–Whitney; effect: Cliff's delta")[1].text("zh")
    'Cliff δ'
    """
    test, _, effect = method.partition("; effect: ")
    return METHODS.get(test) or Label({"en": test}), EFFECTS.get(effect) or Label({"en": effect})
