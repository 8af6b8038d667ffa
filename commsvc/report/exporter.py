"""The nbconvert exporter ``commsvc``: one HTML file that needs no network and no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Unicode, default, validate

from commsvc.report.lang import check_language, language
from commsvc.report.project_files import project_root
from commsvc.report.site import page_html


class CommsvcExporter(Exporter):
    """Notebook to one self-contained page, in the language it was run in.

    ``jupyter nbconvert --to commsvc`` and JupyterLab's *Save and Export Notebook As* use it
    through its entry point; ``commsvc render`` makes pages in several languages.
    """

    export_from_notebook = "Community services report (HTML)"
    output_mimetype = "text/html"

    language = Unicode(help="en or zh; default: COMMSVC_LANG, else en").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("language")
    def _language_default(self) -> str:
        return language()

    @validate("language")
    def _language_valid(self, proposal: Any) -> str:
        return check_language(proposal["value"])

    def from_notebook_node(
        self, nb: Any, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page's HTML, and resources whose ``commsvc`` entry is the page's parts."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        folder = Path(about.get("path") or ".").resolve()
        notebook = folder / f"{about.get('name') or 'notebook'}.ipynb"
        html, page = page_html({self.language: nb}, notebook, project_root(folder))
        return html, {**resources, "output_extension": ".html", "commsvc": page}
