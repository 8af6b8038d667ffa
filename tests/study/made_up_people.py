"""Answers of sixty people nobody asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

LABELS = {"sat": {1.0: "很满意", 2.0: "满意", 3.0: "一般", 4.0: "不满意", 9.0: "不知道"},
          "sex": {1.0: "男", 2.0: "女"}}  # fmt: skip
TEXTS = {
    "sat": "总体满意度",
    "sex": "性别",
    "name": "姓名",
    "ip": "来自IP",
    "w": "权重",
    "age": "年龄",
}
SECRETS = ("张三", "10.0.0.")


def people(n: int = 60) -> pd.DataFrame:
    """Answers of people who gave their names; made up, the same each time."""
    random = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "name": [f"张三{i}" for i in range(n)],
            "ip": [f"10.0.0.{i % 9}(x)" for i in range(n)],
            "sex": random.integers(1, 3, n).astype(float),
            "sat": random.choice([1.0, 2.0, 3.0, 4.0, 9.0], n),
            "age": random.integers(18, 90, n).astype(float),
            "w": random.uniform(0.5, 2.0, n).round(2),
        }
    )
