"""Who a respondent is stays out of the analysis: columns that tell are hidden on reading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.masked import mask_column, said_masked
from commsvc.words.messages import Text, message

PRIVATE_MODES = ("default", "drop", "hash", "keep")
KIND_WORDS: Final = {
    "ip": message("IP address"),
    "phone": message("phone"),
    "id number": message("id number"),
    "name": message("name"),
    "address": message("address or e-mail"),
}
# What a header says. 手机部数 and 手机价格 are questions; 手机号 is a person.
_NAMED: Final = {
    "ip": re.compile(r"来自ip|ip|ip地址|ip[ _-]?address|.*\bip\b.*address", re.I),
    "phone": re.compile(
        r".*(手机号码?|电话号码?|联系电话|联系方式|座机|固话|微信号|qq号).*|手机|电话|微信|qq|"
        r".*\b(phone|telephone|mobile)( ?(no|number))?\b\.?",
        re.I,
    ),
    "id number": re.compile(
        r".*(身份证|证件号|社保卡号|医保卡号|银行卡号|护照).*|(银行)?卡号|银行账[号户]|"
        r".*\b(id (no|number|card)|passport)\b.*",
        re.I,
    ),
    "name": re.compile(
        r"(您的?|你的?|请填写|填写|受访者|被访者|被调查者|户主|联系人|老人|患者|家属|监护人)*"
        r"(真实)?姓名.*|昵称|用户名|名字|(full |first |last |sur)?name|openid|微信昵称",
        re.I,
    ),
    "address": re.compile(
        r".*(家庭住址|详细地址|门牌号|邮箱|电子邮件).*|"
        r"(您的?|你的?|请填写|填写|现|家庭|居住|户籍|通[讯信]|收货|联系|工作)*(住址|地址)([(（].*)?|"
        r"e-?mail.*|.*home address.*|address",
        re.I,
    ),
}
# A question about a number, whose answers are no numbers: 是否愿意留下联系方式.
_ASKS: Final = re.compile(
    r"是否|有没有|愿意|能否|吗|满意|知道|了解|方便|\b(do|would|are|have|did|can) you\b|satisf", re.I
)
_MOST_ANSWERS: Final = 12
# What the cells say, whatever the header: mainland mobile and identity numbers, mail, IPv4.
_CELLS: Final = {
    "phone": re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}|0\d{2,3}[- ]\d{7,8}"),
    "id number": re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]"),
    "address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "ip": re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:\(.*\))?"),
}
_SHARE_OF_CELLS = 0.5
# Chinese names, under whatever header: one of the hundred-odd commonest surnames (together over
# 85 % of people) and one to three characters, hardly one twice. 户主 may hold them; places end
# otherwise.
_CHINESE_NAME: Final = re.compile(
    r"(?:欧阳|司马|上官|诸葛|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于"
    r"杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵覃武钱戴严莫孔向常汤])"
    r"[\u4e00-\u9fa5]{1,2}(?<![村庄镇乡街路院站店区县市省里园苑])"
)
_SHARE_OF_NAMES: Final = 0.8
_PERSON: Final = re.compile(
    r"户主|受访[者人]|被访[者人]|被调查[者人]|联系人|填[表写]人|签名|老人|患者|监护人"
)
_FEWEST_NAMES: Final = 5


def private_kind(header: str, cells: pd.Series) -> str:
    """What a column tells of a person: ip, phone, id number, name, address; or "".

    >>> private_kind("1、手机部数", pd.Series(["1部"])), private_kind("2、手机号", pd.Series([""]))
    ('', 'phone')
    >>> private_kind("备注", pd.Series(["13800138000"]))
    'phone'
    """
    title = re.sub(r"^\s*\d+\s*[、.:：．]\s*", "", header).strip().rstrip("：:*")
    filled = cells[cells != ""].astype(str).str.strip()
    for kind, pattern in _CELLS.items():
        if len(filled) and filled.str.fullmatch(pattern).mean() > _SHARE_OF_CELLS:
            return kind
    for kind, words in _NAMED.items():
        if words.fullmatch(title) and not _is_choice(title, filled):
            return kind
    return "name" if _are_names(title, filled) else ""


def _is_choice(title: str, filled: pd.Series) -> bool:
    """Whether a question about an address or a number is answered by words."""
    return bool(_ASKS.search(title)) and filled.nunique() <= _MOST_ANSWERS


def _are_names(title: str, filled: pd.Series) -> bool:
    """Whether cells are people's names: hardly one twice, or under a word for a person."""
    if filled.nunique() < _FEWEST_NAMES:
        return False
    share = float(filled.str.fullmatch(_CHINESE_NAME).mean())
    if _PERSON.fullmatch(title):
        return share > _SHARE_OF_CELLS
    return share > _SHARE_OF_NAMES and filled.nunique() > _SHARE_OF_NAMES * len(filled)


def private_columns(frame: pd.DataFrame, texts: Mapping[str, str | None]) -> dict[str, str]:
    """Which columns tell who somebody is: column -> kind, by name, label or cells.

    Parameters
    ----------
    frame : cells as text or values
    texts : labels of columns, where there are any

    Examples
    --------
    >>> private_columns(pd.DataFrame({"v1": ["x"], "v2": ["y"]}), {"v1": "您的姓名"})
    {'v1': 'name'}
    """
    found = {}
    for column in frame:
        cells = as_text(frame[column])
        if not (cells != "").any():
            continue
        for title in dict.fromkeys([str(column), texts.get(str(column)) or str(column)]):
            if kind := private_kind(title, cells):
                found[str(column)] = kind
                break
    return found


def as_text(cells: pd.Series) -> pd.Series:
    """Values as they would be typed, "" for none.

    >>> as_text(pd.Series([1.0, None])).tolist()
    ['1', '']
    """
    return cells.astype(object).map(_typed)


def _typed(cell: Any) -> str:
    if cell is None or cell is pd.NA or cell != cell:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def numbered(cells: pd.Series) -> pd.Series:
    """Addresses as running numbers in text, in the order in which they appear, None for none.

    >>> numbered(pd.Series(["10.0.0.1(a)", "", "10.0.0.1(b)"])).tolist()
    ['1', None, '1']
    """
    text = as_text(cells)
    address = text.str.replace(r"[(（].*$", "", regex=True).str.strip()
    codes, _ = pd.factorize(address.where(address != ""))
    return pd.Series([str(code + 1) if code >= 0 else None for code in codes], cells.index, object)


def hide_private(
    frame: pd.DataFrame, mode: str = "default", salt: str = ""
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """The frame without what tells who somebody is, and what was done.

    Parameters
    ----------
    frame : cells as text
    mode : "default" drops the columns, but numbers the IP addresses in the order they appear, so
        that two answers from one address can still be seen; "drop" drops all; "hash" keeps them as
        keyed hashes, so that two files can be linked; "keep" leaves them, and says so. In what is
        left, phone and identity numbers and e-mail inside longer texts are masked, but for "keep"
    salt : secret of "hash". An unkeyed hash of an address or a phone number is undone by trying
        all of them in seconds, so there is none

    Examples
    --------
    >>> hidden, done = hide_private(pd.DataFrame({"姓名": ["a"], "来自IP": ["1.2.3.4(x)"]}))
    >>> hidden.to_dict("list"), len(done)
    ({'来自IP': ['1']}, 2)
    """
    if mode not in PRIVATE_MODES:
        raise unknown_name("treatment of private columns", mode, PRIVATE_MODES)
    if mode == "hash" and len(salt) < 8:
        raise CommsvcError(
            "hashes need a secret",
            allowed="salt of 8 characters or more",
            next_step="keep it apart from the data, and use the same one to link two files",
        )
    kept, done = frame, []
    for column in frame:
        kind = private_kind(str(column), frame[column])
        title = str(column)
        if not (frame[column] != "").any():
            continue  # a column whose owner has emptied it tells nothing
        if not kind:
            masked, count = mask_column(frame[column])
            if count and mode != "keep":
                kept = kept.assign(**{title: masked})
                done.append(said_masked(title, count))
            continue
        if mode == "keep":
            done.append(_said(title, kind, message("kept as asked")))
        elif mode == "hash":
            kept = kept.assign(**{title: frame[column].map(lambda cell: _hashed(cell, salt))})
            done.append(_said(title, kind, message("replaced by keyed hashes")))
        elif kind == "ip" and mode == "default":
            kept = kept.assign(**{title: numbered(frame[column]).fillna("")})
            done.append(_said(title, kind, message("addresses replaced by running numbers")))
        else:
            kept = kept.drop(columns=title)
            done.append(_said(title, kind, message("dropped")))
    return kept, tuple(done)


def _said(title: str, kind: str, done: Text) -> Text:
    return message(
        "column {title!r} holds {kind}: {done}",
        title=title,
        kind=KIND_WORDS[kind],
        done=done,
    )


def _hashed(cell: str, salt: str) -> str:
    if cell == "":
        return ""
    return hashlib.blake2b(cell.strip().encode(), key=salt.encode()[:64], digest_size=8).hexdigest()
