"""Write commsvc/published/repair/readings.txt and words.txt.

Needs pypinyin 0.55 (MIT) and jieba 0.42 (MIT), which the library itself does not:

    pip install pypinyin==0.55.0 jieba==0.42.1 && python tests/reference/repair_tables.py
"""

import importlib.util
import math
import unicodedata
from collections import defaultdict
from pathlib import Path

from opencc import OpenCC
from pypinyin.constants import PINYIN_DICT

ROOM = Path(__file__).resolve().parents[2] / "commsvc/published/repair"
WORDS = 12_000


SIMPLIFY = OpenCC("t2s").convert


def in_common_use(char: str) -> bool:
    code = SIMPLIFY(char).encode("gb18030")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xF7 and code[1] >= 0xA1


def readings() -> str:
    pairs = [
        bytes([lead, trail]).decode("gb18030")
        for lead in range(0x81, 0xFF)
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF))
    ]
    chars_of = defaultdict(list)
    for char in pairs:
        if "\u4e00" <= char <= "\u9fff" and in_common_use(char):
            for reading in PINYIN_DICT.get(ord(char), "").split(","):
                reading = unicodedata.normalize("NFC", reading)
                if reading and all(ord(letter) < 0x250 for letter in reading):
                    chars_of[reading].append(char)
    return "".join(f"{r} {''.join(sorted(chars_of[r]))}\n" for r in sorted(chars_of))


def words() -> str:
    table = Path(importlib.util.find_spec("jieba").origin).with_name("dict.txt")
    rows = [line.split(" ") for line in table.read_text("utf-8").splitlines()]
    two = [
        (word, int(times))
        for word, times, _ in rows
        if len(word) == 2 and all("\u4e00" <= c <= "\u9fff" for c in word)
    ]
    classes = defaultdict(list)
    for word, times in sorted(two, key=lambda row: (-row[1], row[0]))[:WORDS]:
        classes[round(math.log2(times))].append(word)
    return "".join(f"{2**k} {''.join(classes[k])}\n" for k in sorted(classes, reverse=True))


if __name__ == "__main__":
    (ROOM / "readings.txt").write_text(readings(), "utf-8")
    (ROOM / "words.txt").write_text(words(), "utf-8")
