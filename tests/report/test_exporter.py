"""The page itself: self-contained, accessible in structure, in the right languages."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from studies import code, markdown, notebook

from commsvc.report.exporter import CommsvcExporter
from commsvc.report.passages import bundle
from commsvc.report.result_tables import table
from commsvc.report.site import page_html
from commsvc.words import in_language

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


def figure(lang: str = "en", **more: Any) -> Any:
    words = {"en": ("bars", "Answers"), "zh": ("条形图", "回答")}[lang]
    about = {"name": "n", "alt": words[0], "caption": words[1], "details": "n = 230"}
    return display({"image/svg+xml": SVG}, **{"kind": "figure", **about, **more})


def shown_table(frame: pd.DataFrame, lang: str = "en", **how: Any) -> Any:
    with in_language(lang):
        data, about = table(frame, caption=("Answers", "回答"), **how).bundle()
    return display(data, **about["commsvc"])


def executed(source: str, *outputs: Any) -> Any:
    cell = code(source)
    cell.execution_count, cell.outputs = 1, list(outputs)
    return cell


def whole(lang: str = "en") -> Any:
    said, about = bundle("finding", {"en": "**161** < 230", "zh": "230 人中 161 人"}[lang])
    return notebook(
        markdown("# A study\n\nWords.", "lang-en"),
        markdown("# 一项研究\n\n开头。", "lang-zh"),
        code("level = 0.95", "parameters"),
        markdown("## Shares\n\n$x^2$\n\n$$\\frac{1}{2}$$\n\n|a|b|\n|-|-|\n|1|2|", "lang-en"),
        markdown("## 占比", "lang-zh"),
        markdown("## Shares"),
        executed("f()", display(said, **about["commsvc"])),
        executed("show(fig)", figure(lang), figure(lang)),
        executed("frame", shown_table(pd.DataFrame({"a": [1]}), lang, note=("Note", "注"))),
        executed("#| fig-alt: one pixel\nplot()", display({"image/png": PIXEL})),
        executed("print(1)", nbformat.v4.new_output("stream", text="1 < 2")),
    )


def export(nb: Any, **traits: Any) -> tuple[str, Any]:
    html, resources = CommsvcExporter(**traits).from_notebook_node(nb)
    return html, resources["commsvc"]


def in_languages(*languages: str) -> tuple[str, Any]:
    """The page of a notebook that was run in these languages."""
    return page_html({lang: whole(lang) for lang in languages}, Path("study.ipynb"), Path())


@pytest.mark.parametrize("languages", [("en", "zh"), ("en",), ("zh",)])
def test_page_is_one_file_with_sound_structure(languages: tuple[str, ...]) -> None:
    html, page = in_languages(*languages)
    tags = Tags(html).found
    assert not page.warnings
    # Nothing is loaded, nothing runs but the switch, and no address stands on the page at all.
    assert not {name for name, _ in tags} & {"link", "iframe", "object", "base"}
    assert [name for name, _ in tags].count("script") == len(languages)
    text = re.sub('"data:[^"]*"', '"data:"', html)
    assert not re.findall(r"https?://|\bsrc=\"(?!data:)|url\((?!data:|#)|@import", text)
    assert not [a for _, attrs in tags for a in attrs if a.startswith("on")]
    ids = Counter(attrs["id"] for _, attrs in tags if "id" in attrs)
    assert max(ids.values()) == 1
    # Every link within the page leads somewhere.
    assert {a["href"] for n, a in tags if n == "a"} <= {f"#{i}" for i in ids}
    assert [name for name, _ in tags].count("h1") == 1
    expected = {"en": "en", "zh": "zh-Hans"}[languages[0]]
    assert next(a["lang"] for n, a in tags if n == "html") == expected
    alts = [a["alt"] for n, a in tags if n == "img"]
    words = [text for lang in languages for text in [{"en": "bars", "zh": "条形图"}[lang]] * 2]
    assert alts == [*words, "one pixel"]
    for _, attrs in tags:
        if attrs.get("class", "") == "scroll":
            assert attrs["tabindex"] == "0"
            assert attrs["aria-label"]
    assert "<math" in html or languages == ("zh",)
    assert "1 &lt; 2" in html
    assert "0.95" in html
    # What is the same in every language stands once.
    assert html.count('alt="one pixel"') == html.count("1 &lt; 2") == 1


def test_each_language_has_its_own_words_only() -> None:
    both, en, zh = (in_languages(*codes)[0] for codes in (("en", "zh"), ("en",), ("zh",)))
    for text in ("A study", "Words.", "Answers"):
        assert text in both
        assert text in en
        assert text not in zh
    for text in ("一项研究", "开头。", "回答"):
        assert text in both
        assert text not in en
        assert text in zh
    assert 'value="zh-Hans"' in both
    assert 'value="zh-Hans"' not in zh
    assert "161</strong> &lt; 230" in both
    # Every word of the other language is in a part that says so.
    parts = re.split(r'<(?:div|span|li)[^>]* lang="([^"]+)">', both.split("<body")[1])
    for lang, text in zip(parts[1::2], parts[2::2], strict=True):
        assert lang != "en" or "回答" not in text.split("</div>")[0]


def test_one_title_for_both_languages_stands_once() -> None:
    nb = notebook(markdown("# 满意度 survey"))
    html, _ = page_html({"en": nb, "zh": nb}, Path("11_a.ipynb"), Path())
    assert "<h1>11 · 满意度 survey</h1>" in html


def test_an_image_pasted_into_a_cell_is_on_the_page() -> None:
    cell = markdown(
        '# T\n\n![a](attachment:a%20b.png)\n\n<img src="attachment:a b.png">\n\n![](c.png)'
    )
    cell.attachments = {"a b.png": {"image/png": PIXEL}}
    html, page = export(notebook(cell))
    assert html.count(f"data:image/png;base64,{PIXEL}") == 2
    assert page.warnings == ["image without alternative text: c.png", "image not included: c.png"]


def test_a_drawing_can_do_the_page_no_harm() -> None:
    evil = SVG.replace("<defs>", "<script>alert(1)</script><defs>").replace("A<", "A &amp;quot;<")
    shown = figure()
    shown.data["image/svg+xml"] = evil
    html, _ = export(notebook(executed("show(fig)", shown)))
    [address] = [a["src"] or "" for n, a in Tags(html).found if n == "img"]
    assert html.count("<script") == 1  # the page's own
    assert unquote(address.removeprefix("data:image/svg+xml,")) == evil


@pytest.mark.parametrize(
    ("cell", "warning"),
    [
        (executed("show(fig)", figure(alt="")), "figure without alternative text: Answers"),
        (executed("plot()", display({"image/png": PIXEL})), "figure without alternative text"),
        (markdown("![x](https://example.org/a.png)"), "image not included"),
        (markdown("![x](../../etc/passwd)"), "image not included"),
        (executed("f()", display({"text/html": "<script>1</script>"})), "a script"),
        (
            executed("t", shown_table(pd.DataFrame({"n": [1], "beds_low": [2]}))),
            "column without a heading: beds_low (in the table 'Answers')",
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
    assert not re.findall(r"<script|<img[^>]+src=\"http", html.split("</main>")[0])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_heading_in_words_is_no_fault(language: str) -> None:
    frame = pd.DataFrame({"beds": [1], "p": [0.5]})
    shown = shown_table(frame, language, columns={"beds": ("Beds", "床位")})
    nb = notebook(markdown("# T"), executed("t", shown))
    assert not export(nb, language=language)[1].warnings


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
