"""How Sphinx makes the documentation: `make docs` builds docs/en and docs/zh."""

import importlib
import inspect
import re
from pathlib import Path

import commsvc

project = "commsvc"
version = release = commsvc.__version__
extensions = ["myst_parser", "sphinx.ext.autosummary", "numpydoc", "sphinx_copybutton"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["README.md"]
myst_heading_anchors = 3
default_role = "code"
autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
# Annotations name types as Python has them; the docstrings say in words what is meant.
numpydoc_xref_param_type = False
add_module_names = False
html_theme = "furo"
html_title = "commsvc"
html_show_copyright = html_show_sphinx = False
html_copy_source = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
suppress_warnings = ["misc.highlighting_failure"]

# The packages whose public names the reference shows, in the order of the house.
ROOMS = [
    "commsvc",
    "commsvc.printed",
    "commsvc.published",
    "commsvc.published.claims",
    "commsvc.published.reconstruct",
    "commsvc.survey",
    "commsvc.inference",
    "commsvc.indicators",
    "commsvc.indicators.equity",
    "commsvc.indicators.evaluation",
    "commsvc.plots",
    "commsvc.report",
    "commsvc.study",
    "commsvc.words",
]


def public_names(room: str) -> list[str]:
    """The names that a package offers and that are no packages themselves."""
    module = importlib.import_module(room)
    found = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    return sorted(
        (n for n, one in found.items() if not inspect.ismodule(one) and not n.startswith("_")),
        key=str.lower,
    )


def reference_page(room: str) -> str:
    """The Markdown of a room's page: what it is for, and every public name with its docstring."""
    module = importlib.import_module(room)
    said = (inspect.getdoc(module) or "").split("\n\n")[0]
    lines = [f"# {room}", "", said, "", "```{eval-rst}", f".. currentmodule:: {room}", ""]
    for name in public_names(room):
        one = getattr(module, name)
        kind = "class" if inspect.isclass(one) else "function" if callable(one) else "data"
        lines.append(f".. auto{kind}:: {name}")
        if kind == "class":
            lines.append("   :members:")
        if room == "commsvc":  # the room of a name has its address
            lines.append("   :no-index:")
        lines.append("")
    return "\n".join([*lines, "```", ""])


def write_reference(app: object) -> None:
    """Pages of the reference beside the prose that Sphinx is about to read."""
    folder = Path(app.srcdir) / "reference"
    folder.mkdir(exist_ok=True)
    rooms = []
    for room in ROOMS:
        try:
            page = reference_page(room)
        except ModuleNotFoundError:
            continue
        rooms.append(room)
        file = folder / f"{room}.md"
        if not file.exists() or file.read_text("utf-8") != page:
            file.write_text(page, encoding="utf-8")
    title = "参考手册" if app.config.language == "zh_CN" else "Reference"
    listed = "\n".join(rooms)
    index = f"# {title}\n\n```{{toctree}}\n{listed}\n```\n"
    (folder / "index.md").write_text(index, encoding="utf-8")


# A name in single backticks, which a line's end may cut in two.
_SINGLE = re.compile(r"(?<![`:\w])`([^`\n]+)(?:\n *([^`\n]+))?`(?![`_])")
_BARS = re.compile(r"\|([^|\n]+)\|")


def plain_marks(
    app: object, what: str, name: str, one: object, options: object, lines: list[str]
) -> None:
    """Code in single backticks and absolute values, as docstrings have them, for docutils."""
    text = _SINGLE.sub(lambda m: f"``{' '.join(filter(None, m.groups()))}``", "\n".join(lines))
    lines[:] = [
        line if line.lstrip().startswith((">>>", "...")) else _BARS.sub(r"\\|\1\\|", line)
        for line in text.split("\n")
    ]


def setup(app: object) -> None:
    app.connect("autodoc-process-docstring", plain_marks, priority=100)
    app.connect("builder-inited", write_reference)
