"""Markdown as researchers write it, in both languages."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.report.markdown import PageIds, render, to_html

# The formulas of rates, intervals and tests that reports use.
FORMULAS = [
    r"\hat p = \frac{x}{n}",
    r"\bar{x} \pm z_{1-\alpha/2}\sqrt{\frac{p(1-p)}{n}}",
    r"\chi^2 = \sum_{i,j} \frac{(O_{ij}-E_{ij})^2}{E_{ij}}",
    r"\begin{aligned} a &= b + c \\ d &= e \end{aligned}",
    r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\binom{n}{k} p^k (1-p)^{n-k}",
    r"\text{满意率} = \frac{\text{满意}}{\text{回收}}",
    r"n \geq \left\lceil \frac{z^2 p(1-p)}{d^2} \right\rceil",
]


@pytest.mark.parametrize("tex", FORMULAS)
def test_formula_becomes_mathml(tex: str) -> None:
    warnings: list[str] = []
    html, _ = render(f"$${tex}$$", warn=warnings.append)
    assert "<math" in html
    assert "$$" not in html
    assert "\\" not in re.sub(r"<[^>]+>", "", html)
    assert not warnings
    assert "http" not in html


@pytest.mark.parametrize("name", ["align", "align*", "equation", "gather*", "multline"])
def test_environment_needs_no_dollars_as_in_jupyterlab(name: str) -> None:
    tex = rf"\begin{{{name}}}\hat{{p}} = \frac{{x}}{{n}}\end{{{name}}}"
    html, _ = render(f"Before\n{tex}\nafter `{tex}`", warn=pytest.fail)
    assert html.count("<math") == 1
    assert "<mfrac>" in html
    assert f"<code>{tex}</code>" in html
    assert "<p>after" in html


def test_a_bar_in_a_formula_parts_no_cells() -> None:
    html, _ = render("| a | b |\n|---|---|\n| $P(x|y)$ | $\\|v\\|$ |\n| costs $5 | or $6 |\n")
    cells = re.findall(r"<td>(.*?)</td>", html)
    assert len(cells) == 4
    assert [cell.count("<math") for cell in cells] == [1, 1, 0, 0]


def test_formula_that_cannot_be_read_is_shown_and_warned_of() -> None:
    warnings: list[str] = []
    html, _ = render(r"$\frac{1}{$", warn=warnings.append)
    assert '<code class="tex">' in html
    assert len(warnings) == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**“满意”**的居民", "<p><strong>“满意”</strong>的居民</p>\n"),
        (
            "有**42**个**（租）**。",
            "<p>有<strong>42</strong>个<strong>（租）</strong>。</p>\n",
        ),
        ("5 < 6 & <script>x</script>", "<p>5 &lt; 6 &amp; &lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("from $8_$20 to $9-$30", "<p>from $8_$20 to $9-$30</p>\n"),
        (r"costs 5\$ and 6\$", "<p>costs 5$ and 6$</p>\n"),
    ],
)
def test_text(text: str, html: str) -> None:
    assert to_html(text) == html


def test_a_formula_leads_nowhere() -> None:
    html, _ = render(r"问$\href{javascript:alert(7)}{y}$ 和 $\class{c}{z}$")
    assert "<math" in html
    assert "javascript" not in html
    assert "href" not in html


def test_headings_repeat_and_keep_ids_of_their_own() -> None:
    ids = PageIds()
    for _ in range(3):
        render("# 占比\n\n# 占比 2\n\n## Shares\n", ids=ids)
    html, headings = render("# 占比\n", ids=ids)
    assert headings[0].id not in {"占比", "占比-2", "占比-3"}
    assert f'id="{headings[0].id}"' in html


@given(st.lists(st.sampled_from(["a", "a 2", "a-2", "A", "占比", "!", ""]), max_size=30))
def test_ids_are_unique(texts: list[str]) -> None:
    ids = PageIds()
    taken = [ids.take(text) for text in texts]
    assert len(set(taken)) == len(taken)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.add(tag)


@given(st.text(max_size=80))
def test_text_with_data_in_it_never_becomes_markup_of_its_own(text: str) -> None:
    tags = _Tags()
    tags.feed(to_html(text))
    assert not tags.names & {"script", "style", "iframe", "object", "form", "svg"}
