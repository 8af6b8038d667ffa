"""What was found, as one sentence in English and one in Chinese, ready for a caption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from commsvc.survey.said import Said
from commsvc.survey.tabulate import UNANSWERED, Tabulation


@dataclass(frozen=True)
class Sentences:
    """The sentences, from the numbers of the table and the test."""

    table: Tabulation
    frame: pd.DataFrame
    favourable: tuple[str, ...]
    test: pd.DataFrame
    confidence: float
    names: Mapping[str, Said]

    def _share(self) -> tuple[int, int, float]:
        whole = self.frame[self.frame["group"] == "all"]
        rows = whole[whole["level"].isin(self.favourable)]
        return int(rows["count"].sum()), int(whole["base"].iloc[0]), float(rows["estimate"].sum())

    def _largest(self) -> pd.Series:
        whole = self.frame[(self.frame["group"] == "all") & self.frame["estimate"].notna()]
        whole = whole[whole["level"] != UNANSWERED]
        return whole.loc[whole["estimate"].idxmax()]

    def _name(self, label: object) -> Said:
        return self.names.get(str(label), Said(str(label), str(label)))

    def _p(self) -> str:
        p = float(self.test["p"].iloc[0])
        return "P < 0.001" if p < 0.001 else f"P = {p:.3f}"

    def _effect(self) -> str:
        name = str(self.test["method"].iloc[0]).partition("effect: ")[2] or "effect"
        low, high = float(self.test["effect_low"].iloc[0]), float(self.test["effect_high"].iloc[0])
        ends = "" if np.isnan(low) else f" [{low:.2f}, {high:.2f}]"
        return f"{name} {float(self.test['effect'].iloc[0]):.2f}{ends}"

    def _ends(self) -> str:
        """The interval of the share named; only one level's, for several levels have none here."""
        row = self._named()
        if row is None or np.isnan(float(row["low"])):
            return ""
        return f"{float(row['low']):.1%}–{float(row['high']):.1%}"

    def _named(self) -> pd.Series | None:
        if not self.favourable:
            return None if self.frame["estimate"].isna().all() else self._largest()
        whole = self.frame[self.frame["group"] == "all"]
        rows = whole[whole["level"].isin(self.favourable)]
        return rows.iloc[0] if len(rows) == 1 else None

    def english(self) -> str:
        if self.frame["estimate"].isna().all():
            return f"{self.table.question}: nobody answered."
        weighted = ", weighted" if self.table.design.weights else ""
        ends = self._ends() and f", {self.confidence:.0%} CI {self._ends()}"
        if self.favourable:
            count, base, share = self._share()
            said = f"{count:,} of {base:,} ({share:.1%}{weighted}{ends}) answered favourably"
        else:
            top = self._largest()
            said = (
                f"the most frequent answer was {self._name(top['level'])}, "
                f"{int(top['count']):,} of {int(top['base']):,} "
                f"({top['estimate']:.1%}{weighted}{ends})"
            )
        by = ""
        if not self.test.empty:
            by = f"; by {self.table.by}: {self._p()}, {self._effect()}"
        return f"{self.table.question}: {said}{by}; {self._design(False)}."

    def chinese(self) -> str:
        if self.frame["estimate"].isna().all():
            return f"{self.table.question}：无人作答。"
        weighted = "，加权" if self.table.design.weights else ""
        ends = self._ends() and f"，{self.confidence:.0%}置信区间{self._ends()}"
        if self.favourable:
            count, base, share = self._share()
            said = f"{base}人中{count}人（{share:.1%}{weighted}{ends}）作肯定回答"
        else:
            top = self._largest()
            said = (
                f"选择最多的是“{self._name(top['level']).zh}”，{int(top['base'])}人中"
                f"{int(top['count'])}人（{top['estimate']:.1%}{weighted}{ends}）"
            )
        by = ""
        if not self.test.empty:
            by = f"；按{self.table.by}比较：{self._p()}，{self._effect()}"
        return f"{self.table.question}：{said}{by}；{self._design(True)}。"

    def _design(self, chinese: bool) -> str:
        whole = self.table.everyone or self.table
        n = int(whole.base[0])
        design = self.table.design
        if not chinese:
            n_said = f" of {n:,}" if design.kind == "census" else f", n = {n:,}"
            named = "complete count" if design.kind == "census" else design.describe()
            caveat = f" ({design.caveat()})" if design.caveat() else ""
            return f"{named}{n_said}{caveat}"
        named = {
            "census": "全数调查",
            "srs": "简单随机样本",
            "unknown": "抽样方式不明的样本（仅当受访者近似随机抽取时成立）",
            "sample": "复杂抽样（按设计计算误差）",
        }[design.kind]
        return f"{named}，n = {n}"
