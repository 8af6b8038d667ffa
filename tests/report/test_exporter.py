"""The page itself: self-contained, accessible in structure, in the right languages."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studies import code, markdown, notebook

from commsvc.report.exporter import CommsvcExporter
from commsvc.report.index import index_html
from commsvc.report.mixed import marked
from commsvc.report.prose import bundle
from commsvc.report.tables import table

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = """<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="9pt"
viewBox="0 0 72 9"><defs><clipPath id="p"/></defs>
<g clip-path="url(#p)"><text>满意 A</text></g></svg>"""


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


def display(data: dict[str, Any], **about: Any) -> Any:
    return nbformat.v4.new_output("display_data", data=data, metadata={"commsvc": about})


def figure(**more: Any) -> Any:
    about = {"name": "n", "alt": ["bars", "条形图"], "caption": ["Answers", "回答"]}
    about = {"kind": "figure", **about, "details": [["n = 230", "n = 230"]], **more}
    return display({"image/svg+xml": SVG}, **about)


def shown_table(frame: pd.DataFrame, **how: Any) -> Any:
    html = table(frame, caption=("Answers", "回答"), **how).html()
    return display({"text/html": html}, kind="table", caption=["Answers", "回答"])


def executed(source: str, *outputs: Any) -> Any:
    cell = code(source)
    cell.execution_count, cell.outputs = 1, list(outputs)
    return cell


def whole() -> Any:
    said, about = bundle("finding", "**161** < 230", "230 人中 161 人")
    shown = table(pd.DataFrame({"a": [1]}), caption=("Answers", "回答"), note=("Note", "注")).html()
    return notebook(
        markdown("# A study\n\nWords.", "lang-en"),
        markdown("# 一项研究\n\n开头。", "lang-zh"),
        code("level = 0.95", "parameters"),
        markdown("## Shares\n\n$x^2$\n\n$$\\frac{1}{2}$$\n\n|a|b|\n|-|-|\n|1|2|", "lang-en"),
        markdown("## 占比", "lang-zh"),
        markdown("## Shares"),
        executed("f()", display(said, **about["commsvc"])),
        executed("show(fig)", figure(), figure()),
        executed("frame", display({"text/html": shown}, kind="table", caption=["Answers", "回答"])),
        executed("#| fig-alt: one pixel\nplot()", display({"image/png": PIXEL})),
        executed("print(1)", nbformat.v4.new_output("stream", text="1 < 2")),
    )


def export(nb: Any, **traits: Any) -> tuple[str, Any]:
    html, resources = CommsvcExporter(**traits).from_notebook_node(nb)
    return html, resources["commsvc"]


@pytest.mark.parametrize("language", ["both", "en", "zh"])
def test_page_is_one_file_with_sound_structure(language: str) -> None:
    html, page = export(whole(), language=language)
    tags = Tags(html).found
    assert not page.warnings
    # Nothing is loaded, nothing runs, and no address stands on the page at all.
    assert not {name for name, _ in tags} & {"script", "link", "iframe", "object", "base"}
    assert not re.findall(r"https?://|\bsrc=\"(?!data:)|url\((?!data:|#)|@import", html)
    assert not [a for _, attrs in tags for a in attrs if a.startswith("on")]
    ids = Counter(attrs["id"] for _, attrs in tags if "id" in attrs)
    assert max(ids.values()) == 1
    # Every link within the page leads somewhere.
    assert {a["href"] for n, a in tags if n == "a"} <= {f"#{i}" for i in ids}
    assert [name for name, _ in tags].count("h1") == 1
    expected = "zh-Hans" if language == "zh" else "en"
    assert next(a["lang"] for n, a in tags if n == "html") == expected
    assert all(a.get("alt") for n, a in tags if n == "img")
    figures = [a for n, a in tags if n == "svg"]
    expected = {"both": "bars 条形图", "en": "bars", "zh": "条形图"}[language]
    assert [a["aria-label"] for a in figures] == [expected] * 2
    for _, attrs in tags:
        if attrs.get("class", "") == "scroll":
            assert attrs["tabindex"] == "0"
            assert attrs["aria-label"]
    assert "<math" in html or language == "zh"
    assert "$" not in re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    assert "1 &lt; 2" in html
    assert "0.95" in html


def test_each_language_has_its_own_words_only() -> None:
    both, en, zh = (export(whole(), language=code)[0] for code in ("both", "en", "zh"))
    for text in ("A study", "Words.", "Answers"):
        assert text in both
        assert text in en
        assert text not in zh
    for text in ("一项研究", "开头。", "回答"):
        assert text in both
        assert text not in en
        assert text in zh
    assert 'id="show-zh"' in both
    assert 'id="show-zh"' not in zh
    assert "161</strong> &lt; 230" in both


def test_one_title_for_both_languages_stands_once() -> None:
    html, page = export(notebook(markdown("# 满意度 survey")))
    assert html.count("满意度 survey</span>") == 1
    assert page.headline() == {"": "满意度 survey"}


def test_chinese_words_in_english_text_say_that_they_are_chinese() -> None:
    said, about = bundle("say", "Asked: 满意 or `满意`, “856多人” persons.", "问：满意")
    frame = pd.DataFrame({"a": ["1819名", "x"]})
    nb = notebook(
        markdown("# T\n\n## The 12.3% of 门诊\n\n<b>满意</b> $\\text{满意}$", "lang-en"),
        executed("f()", display(said, **about["commsvc"])),
        executed("f", shown_table(frame)),
        executed("show(fig)", figure()),
    )
    words = ["门诊", "门诊", "满意", "满意", "856多人", "1819名"]
    for language in ("both", "en"):
        html, _ = export(nb, language=language)
        assert re.findall("<bdi lang=zh>(.*?)</bdi>", html) == words
    assert "<bdi" not in export(nb, language="zh")[0]


def test_the_index_marks_them_too() -> None:
    card = {
        **{"stem": "a", "titles": {"en": "A & 满意"}, "finding": {"en": "15元 < 16"}},
        **{"thumbnail": "", "failed": "", "places": [{"lang": "en", "text": "of 次", "id": "x"}]},
    }
    html = index_html([card], "en")
    assert "A &amp; <bdi lang=zh>满意</bdi>" in html
    assert "<bdi lang=zh>15元</bdi> &lt; 16" in html
    assert "of <bdi lang=zh>次</bdi>" in html


@given(
    st.lists(
        st.sampled_from([*"满意,.%<>& ", "856多人", "<b>", "</b>", '<p lang="zh-Hans">', "</p>"])
    )
)
def test_marking_changes_no_word(pieces: list[str]) -> None:
    html = "".join(pieces)
    assert re.sub("</?bdi[^>]*>", "", marked(html, "en")) == html


def test_page_without_figures_keeps_to_its_size() -> None:
    nb = whole()
    text = "社区卫生服务中心的居民满意度调查采用随机抽样，覆盖全市四十二个机构。" * 3
    nb.cells += [markdown(f"## 第 {n} 节\n\n{text}", "lang-zh") for n in range(60)]
    html, _ = export(nb)
    assert len(html.encode()) < 200_000
    assert '"commsvc page"' in html
    # Thousands of different characters: the page goes without their glyphs, the figure does not.
    nb.cells.append(markdown("".join(chr(0x4E00 + n) for n in range(4000)), "lang-zh"))
    html, _ = export(nb)
    assert len(html.encode()) < 200_000
    assert 'font-family:"commsvc page"' in html


@pytest.mark.parametrize(
    ("cell", "warning"),
    [
        (executed("show(fig)", figure(alt=["", ""])), "figure without alternative text: n"),
        (executed("plot()", display({"image/png": PIXEL})), "figure without alternative text"),
        (markdown("![x](https://example.org/a.png)"), "image not included"),
        (markdown("![x](../../etc/passwd)"), "image not included"),
        (executed("f()", display({"text/html": "<script>1</script>"})), "a script"),
        (
            executed("t", shown_table(pd.DataFrame({"n": [1], "beds_low": [2]}))),
            "column without a heading: beds_low (in the table 'Answers 回答')",
        ),
        (
            executed("f()", nbformat.v4.new_output("stream", name="stderr", text="oh")),
            "printed to stderr: oh",
        ),
    ],
)
def test_what_a_reader_would_miss_is_warned_of(cell: Any, warning: str) -> None:
    html, page = export(notebook(markdown("# T"), cell))
    assert any(warning in text for text in page.warnings), page.warnings
    assert not re.findall(r"<script|<img[^>]+src=\"http", html)


@pytest.mark.parametrize("language", ["both", "en", "zh"])
def test_a_heading_in_words_is_no_fault(language: str) -> None:
    shown = shown_table(pd.DataFrame({"beds": [1], "p": [0.5]}), columns={"beds": ("beds", "床位")})
    assert not export(notebook(markdown("# T"), executed("t", shown)), language=language)[
        1
    ].warnings


def test_two_exports_are_equal_and_carry_no_path(tmp_path: Any) -> None:
    about = {"metadata": {"path": str(tmp_path)}}
    (tmp_path / "data").mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "data" / "a.csv").write_text("1")
    one, two = (CommsvcExporter().from_notebook_node(whole(), dict(about))[0] for _ in range(2))
    assert one == two
    assert str(tmp_path) not in one
    assert "6b86b273ff34fce1</code> data/a.csv" in one  # sha256 of "1"


def test_exporter_is_found_by_nbconvert() -> None:
    from nbconvert.exporters import get_exporter

    assert get_exporter("commsvc") is CommsvcExporter
    assert CommsvcExporter.export_from_notebook
