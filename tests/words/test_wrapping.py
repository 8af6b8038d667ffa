"""Lines and columns of text, Chinese and Latin."""

import pytest

from commsvc.words.wrapping import columns_text, width, wrap


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("short", 12, ["short"]),
        ("等候时间 waiting time", 12, ["等候时间", "waiting time"]),
        ("先换行，再说", 6, ["先换行，", "再说"]),
        ("a\nb c", 1, ["a", "b", "c"]),
        ("unbreakable", 4, ["unbreakable"]),
        ("", 4, [""]),
    ],
)
def test_text_is_broken_at_spaces_and_between_chinese_characters(text, most, lines):
    assert wrap(text, most).split("\n") == lines


def test_columns_stand_under_each_other_whatever_the_script():
    rows = [["水平", "人数"], ["很满意", "161"], ["no answer", "9"]]
    lines = columns_text(rows, [False, True])
    assert {width(line) for line in lines} == {len("no answer  人数") + 2}
    assert lines[1] == "很满意      161"


def test_a_cell_of_several_lines_keeps_its_column():
    lines = columns_text([["a\nlong name", "1"], ["b", "22"]], [False, True])
    assert lines == ["a           1", "long name", "b          22"]
