"""What tells who somebody is: found by form and header in every place, and in no output."""

from __future__ import annotations

import random
import time

import pandas as pd
import pyreadstat
import pytest

from commsvc.errors import CommsvcError
from commsvc.study.scaffold import new_study
from commsvc.survey import read_answers
from commsvc.survey.personal import mask, personal_kind
from commsvc.survey.private import private_kind

RNG = random.Random(11)


def digits(n):
    return "".join(RNG.choice("0123456789") for _ in range(n))


def wide(text):
    return text.translate({ord(d): 0xFF10 + int(d) for d in "0123456789"})


# A made-up value of each form.
FORMS = {
    "mobile": (lambda: f"139{digits(8)}", "phone"),
    "full width": (lambda: wide(f"139{digits(8)}"), "phone"),
    "3.4.4": (lambda: f"139.{digits(4)}.{digits(4)}", "phone"),
    "4 4 3": (lambda: f"139{digits(1)} {digits(4)} {digits(3)}", "phone"),
    "land line run": (lambda: f"0755{digits(8)}", "phone"),
    "London": (lambda: f"020 7{digits(3)} {digits(4)}", "phone"),
    "New York": (lambda: f"(212) 555-{digits(4)}", "phone"),
    "Accra": (lambda: f"+233 20 {digits(3)} {digits(4)}", "phone"),
    "id 18": (lambda: f"110105 19900307 {digits(3)}X", "id number"),
    "id 15": (lambda: f"110105900307{digits(3)}", "id number"),
    "passport": (lambda: f"E6{digits(7)}", "id number"),
    "card": (lambda: f"6222 02{digits(2)} {digits(4)} {digits(4)} {digits(3)}", "id number"),
    "mail": (lambda: f"u{digits(5)}@example.org", "address"),
    "mail in full width": (lambda: f"u{digits(5)}＠example.org", "address"),
    "wechat": (lambda: f"wxid_{digits(8)}", "account"),
    "QQ": (lambda: f"QQ5{digits(8)}", "account"),
    "IPv4": (lambda: f"198.51.100.{RNG.randint(1, 250)}", "ip"),
    "IPv6": (lambda: f"2001:db8::{RNG.randint(4096, 65535):x}", "ip"),
    "IMEI": (lambda: f"35{digits(13)}", "device"),
    "MAC": (lambda: ":".join(f"{RNG.randint(0, 255):02X}" for _ in range(6)), "device"),
    "GPS": (lambda: f"22.{digits(6)},114.{digits(6)}", "location"),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_found_in_cells_and_in_texts(name):
    make, kind = FORMS[name]
    cells = [make() for _ in range(30)]
    # An identity number of 15 digits and an IMEI look alike: hidden they are both.
    alike = {"id number", "device"}
    found = private_kind("备注", cells)
    assert found == kind or {found, kind} == alike
    for cell in cells:
        assert personal_kind(cell)
        for text in (f"联系{cell}谢谢", f"call {cell} please"):
            assert cell not in mask(text)
            assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "1380 张床位，共 138000 元", "2026-03-01 10:20:30", "版本 3.4.12", "满意度 98.25%",
        "3000-5000元", "10:20", "GB/T 2260-2007", "第12、13、14题", "1,234,567", "A4 纸 500 张",
        "ISBN 978-7", "12345678", "0.123456789",
    ],
)  # fmt: skip
def test_other_numbers_stay(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("RecipientLastName", ["Smith", "Kim"], "name"),
        ("First Name:", ["Ann", "Bo"], "name"),
        ("Your name?", ["Ann", "Bo"], "name"),
        ("Contact", ["200550000", "0201550001", "+233 20 555 0003"] * 2, "phone"),
        ("Date of birth", ["1990-03-07", "1985-11-30"], "birth date"),
        ("LocationLatitude", ["22.51", "22.52"], "location"),
        ("deviceid", ["ab:cd", "ef:01"], "device"),
        ("Which device do you use?", ["phone", "laptop"] * 10, ""),
        ("Do you have a phone?", ["yes", "no"] * 10, ""),
        ("village name", ["A", "B"] * 10, ""),
        ("Preferred contact", ["by post", "by phone"] * 10, ""),
        ("year", ["2024", "2025"], ""),
    ],
)
def test_headers_tell_with_their_cells(header, cells, kind):
    assert private_kind(header, cells) == kind


def test_time_grows_with_the_length_of_a_text_only():
    for sign in ("a", "1", "1 ", "a.", "@", "1-", "f:", "0"):
        spent = []
        for n in (40_000, 80_000):
            begun = time.perf_counter()
            mask(sign * n)
            spent.append(time.perf_counter() - begun)
        assert spent[1] < 3 * spent[0] + 0.2, sign


def planted(folder):
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_nothing_planted_in_labels_travels(tmp_path):
    phone, mail = "13922223333", "plant8881@example.org"
    frame = pd.DataFrame({"v1": [1.0, 2] * 20, "v2": [1.0, 2, 3, 1] * 10})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "a.sav"),
        column_labels={"v1": f"调查员（{phone}）", "v2": f"问题请写 {mail}"},
        variable_value_labels={
            "v1": {1.0: f"站点 {phone}", 2.0: "站点乙"},
            "v2": {1.0: "满意", 2.0: "一般", 3.0: f"不满意 {phone}", 9.0: f"unused {mail}"},
        },
    )
    new_study(tmp_path / "s", tmp_path / "a.sav")
    raw = planted(tmp_path / "s")
    for secret in ("2222333", "plant8881"):
        for encoding in ("utf-8", "gb18030", "utf-16-le"):
            assert secret.encode(encoding) not in raw


def test_nothing_planted_in_names_travels(tmp_path):
    phone = "13922223333"
    file = tmp_path / f"answers {phone}.csv"
    file.write_text(f"性别,请打{phone}：满意吗\n" + "男,满意\n女,一般\n" * 6, encoding="utf-8")
    new_study(tmp_path / "s", file)
    assert phone.encode() not in planted(tmp_path / "s")
    assert not any(phone in p.name for p in (tmp_path / "s").rglob("*"))


def test_a_file_of_nothing_but_persons_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("姓名\n张三\n李四\n", encoding="utf-8")
    with pytest.raises(CommsvcError, match="every column tells who somebody is"):
        new_study(tmp_path / "s", tmp_path / "a.csv")
    assert not (tmp_path / "s").exists()


def test_cleaning_shows_no_number_of_a_person(tmp_path):
    rows = "".join(f"{'男女'[i % 2]},{wide(f'139{digits(8)}')}\n" for i in range(20))
    (tmp_path / "a.csv").write_text(f"性别,V6\n{rows}", encoding="utf-8")
    assert list(read_answers(tmp_path / "a.csv").data) == ["性别"]
