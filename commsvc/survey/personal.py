"""Numbers, addresses and accounts of persons in any text: found by their form, and masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Final, NamedTuple

import pandas as pd

# Full-width signs one by one, so that a place in the one text is a place in the other.
_HALF: Final = {0xFF01 + i: 0x21 + i for i in range(94)} | {
    0x3000: 0x20,
    0x2014: 0x2D,
    0x2013: 0x2D,
}
# Without one of these a text holds nothing of the kind.
_HINT: Final = re.compile(
    r"\d.*\d.*\d.*\d|@|wxid_|::|[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:|o[\w-]{27}", re.S
)


class _Form(NamedTuple):
    """A form: what it tells, how it is written, and a further proof where that is not enough."""

    kind: str
    pattern: re.Pattern[str]
    proof: Callable[[str], bool] = lambda found: True


def _form(kind: str, pattern: str, proof: Callable[[str], bool] = lambda found: True) -> _Form:
    return _Form(kind, re.compile(pattern, re.A), proof)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_card(text: str) -> bool:
    from stdnum import luhn

    digits = re.sub(r"\D", "", text)
    spaced = len(digits) < len(text)
    return spaced or digits.startswith("62") or luhn.is_valid(digits)


def _is_device(text: str) -> bool:
    from stdnum import imei

    return bool(imei.is_valid(text)) or text.startswith("35")


def _is_abroad(text: str) -> bool:
    """A number with + that a country could give, or one with its area that one of many could."""
    import phonenumbers

    regions = [None] if text.startswith("+") else _REGIONS
    for region in regions:
        try:
            if phonenumbers.is_possible_number(phonenumbers.parse(text, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


_REGIONS: Final = ("GB", "US", "IN", "DE", "FR", "GH", "NG", "KE", "BR", "JP", "AU", "ZA")
_DAY: Final = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# The order decides where two fit: eleven digits of an identity number may look like a phone. Every
# repeat is bounded and begins at an edge, so that time grows with the length of a text only.
_FORMS: Final = (
    _form("address", r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"),
    _form("id number", rf"(?<!\w)[1-9]\d{{5}}[ -]?(?:18|19|20)\d\d{_DAY}[ -]?\d{{3}}[\dXx](?!\w)"),
    _form("id number", rf"(?<![\w.])[1-9]\d{{5}}\d\d{_DAY}\d{{3}}(?!\w)"),
    _form("device", r"(?<![\w.])\d{15}(?!\w)", _is_device),
    _form(
        "id number",
        r"(?<![\w.])(?:62|4\d|5[1-5]|35)\d\d(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?(?!\w)",
        _is_card,
    ),
    _form(
        "location",
        r"(?<![\w.])-?\d{1,3}\.\d{4,15}°?[NS]?\s{0,2}[,; ]\s{0,2}"
        r"-?\d{1,3}\.\d{4,15}°?[EW]?(?: -?\d{1,5}(?:\.\d{1,9})?){0,2}",
    ),
    _form("device", r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])"),
    _form("ip", r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)", _is_address),
    _form("ip", r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])", _is_address),
    _form(
        "phone",
        r"(?<![\d.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- .]?\d){8}(?!\.?\d)"
        r"|(?<![\d.-])[(]?0\d{2,3}(?:[- ]|[)] ?)?\d{7,8}(?!\d)"
        r"|(?<![\d.])07\d{3}[ -]?\d{6}(?!\d)"
        r"|(?<![\d.])0\d{9,10}(?!\d)",
    ),
    _form(
        "phone",
        r"(?<!\w)\+\d{1,3}[ -]?(?:[(]?\d[)]?[ .-]?){6,12}\d(?!\d)"
        r"|(?<![\w.(])(?:[(]0?\d{2,4}[)] ?|0\d{1,4}[ -])\d{3,4}[ -]\d{3,4}(?!\d)"
        r"|(?<![\w.-])[2-9]\d{2}-\d{3}-\d{4}(?![\d-])",
        _is_abroad,
    ),
    _form("id number", r"(?<!\w)[EGDSPHKM][A-Z]?\d{7,8}(?!\w)"),
    _form(
        "account",
        r"(?i:(?<!\w)wxid_\w{4,30}"
        r"|(?:微信号?|WeChat(?: ID)?)\s{0,2}[:：]?\s{0,2}[A-Za-z][\w-]{5,19}"
        r"|(?<![A-Za-z])QQ\s{0,2}号?\s{0,2}[:：]?\s{0,2}\d{5,12}(?!\d))"
        r"|(?<![\w-])o(?=[\w-]{0,26}\d)[\w-]{27}(?![\w-])",
    ),
)
MASKS: Final = {
    "address": "[邮箱 e-mail]",
    "id number": "[证件号 id number]",
    "phone": "[电话 phone]",
    "device": "[设备 device]",
    "location": "[位置 location]",
    "ip": "[IP]",
    "account": "[账号 account]",
}


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """Begin, end and kind of everything found, none within another."""
    if not _HINT.search(text):
        return
    rest = text
    for form in _FORMS:
        for match in form.pattern.finditer(rest):
            if form.proof(match[0].strip()):
                yield match.start(), match.end(), form.kind
                blank = "\n" * (match.end() - match.start())
                rest = rest[: match.start()] + blank + rest[match.end() :]


def personal_kind(text: str) -> str:
    """What a whole text is: the kind of a number or address of a person, or "".

    >>> personal_kind("１３８００１３８０００"), personal_kind("2001:db8::1"), personal_kind("12.5")
    ('phone', 'ip', '')
    """
    text = re.sub(r"[(（].{0,40}[)）]$", "", text.translate(_HALF).strip()) or text.translate(_HALF)
    whole = next(((a, b, kind) for a, b, kind in _found(text) if b - a == len(text)), None)
    return whole[2] if whole else ""


def mask(text: str) -> str:
    """A text with numbers, addresses and accounts of persons masked.

    Phones of any country that are written as such, identity and passport and card numbers, e-mail,
    IP and MAC addresses, coordinates, accounts of 微信 and QQ; also in full width and with spaces.
    Names and streets are not found: they look like other words.

    >>> mask("请打138 0013 8000，或写信到 a.b@example.org；床位 1380 张")
    '请打[电话 phone]，或写信到 [邮箱 e-mail]；床位 1380 张'
    >>> mask("身份证110101199003071234")
    '身份证[证件号 id number]'
    """
    half = text.translate(_HALF)
    for begin, end, kind in sorted(_found(half), reverse=True):
        text = f"{text[:begin]}{MASKS[kind]}{text[end:]}"
    return text


def mask_column(cells: pd.Series) -> tuple[pd.Series, int]:
    """A column with its texts masked, and how many cells that changed; other values stay.

    The categories of a categorical column are masked, also those that no row has: a file keeps
    them. They count, too.

    >>> mask_column(pd.Series(["0755-26120001 找我", "", None, 3]))[1]
    1
    """
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return _mask_categories(cells)
    changes = {c: mask(c) for c in cells.dropna().unique() if isinstance(c, str)}
    changes = {before: after for before, after in changes.items() if before != after}
    hit = cells.isin(list(changes))
    if not changes or not hit.any():
        return cells, 0
    return cells.where(~hit, cells.map(changes)).astype(cells.dtype), int(hit.sum())


def _mask_categories(cells: pd.Series) -> tuple[pd.Series, int]:
    before = cells.cat.categories
    after = [mask(c) if isinstance(c, str) else c for c in before]
    changed = [b != a for b, a in zip(before, after, strict=True)]
    if not any(changed):
        return cells, 0
    # Two categories may have become one.
    kind = pd.CategoricalDtype(list(dict.fromkeys(after)), cells.cat.ordered)
    masked = cells.astype(object).map(dict(zip(before, after, strict=True)), na_action="ignore")
    rows, unused = cells.isin(before[changed]), set(before[changed]) - set(cells.dropna())
    return masked.astype(kind), int(rows.sum()) + len(unused)


def mask_frame(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Every column of text masked, and in how many cells of which columns there was something."""
    texts = frame.select_dtypes(["object", "str", "string", "category"])
    found = {str(c): mask_column(frame[c]) for c in texts}
    changed = {column: cells for column, (cells, count) in found.items() if count}
    return frame.assign(**changed), {c: count for c, (_, count) in found.items() if count}
