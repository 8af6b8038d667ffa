"""Chinese words within English text, marked as such: a screen reader says them in Chinese."""

from __future__ import annotations

import re

_HAN = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
# A run takes the figures and the marks within it along: 3—10万人, 1,819名.
_RUN = re.compile(rf"(?:[\d.,%—–-]*[{_HAN}]+)+")
_TAG = re.compile(r"(<(/?)([a-zA-Z][\w-]*)[^>]*>)")
_LANG = re.compile(r"\slang=[\"']?([\w-]+)")
# Where no element of HTML may stand, or the words are a program's.
_LEFT_ALONE = frozenset(("svg", "math", "pre", "code", "style", "script", "title", "bdi"))


def marked(html: str, lang: str) -> str:
    """The HTML with its Chinese words marked where the text around them is in another language.

    Parameters
    ----------
    html : a piece of a page whose elements with a `lang` are closed
    lang : the language it stands in

    >>> marked("<p>80万人以上 people <code>满意</code></p>", "en")
    '<p><bdi lang=zh>80万人以上</bdi> people <code>满意</code></p>'
    >>> marked('<p lang="zh-Hans">满意</p>', "en")
    '<p lang="zh-Hans">满意</p>'
    """
    html = str(html)  # a template's own kind of text would escape what is put in
    if lang.startswith("zh") or not _RUN.search(html):
        return html
    parts: list[str] = []
    # (element, its language; empty: left alone), and how deep it holds others of its name.
    around: list[tuple[str, str]] = [("", lang)]
    depths = [0]
    end = 0
    for tag in _TAG.finditer(html):
        parts += [_words(html[end : tag.start()], around[-1][1]), tag[0]]
        end = tag.end()
        name, said = tag[3].lower(), _LANG.search(tag[0])
        if tag[2]:
            if name == around[-1][0]:
                depths[-1] -= 1
                if depths[-1] < 0:
                    around.pop()
                    depths.pop()
        elif said and around[-1][1]:
            around.append((name, said[1]))
            depths.append(0)
        elif name == around[-1][0]:
            depths[-1] += 1
        elif name in _LEFT_ALONE and around[-1][1] and not tag[0].endswith("/>"):
            around.append((name, ""))
            depths.append(0)
    return "".join([*parts, _words(html[end:], around[-1][1])])


def _words(text: str, lang: str) -> str:
    if not lang or lang.startswith("zh"):
        return text
    return _RUN.sub(r"<bdi lang=zh>\g<0></bdi>", text)
