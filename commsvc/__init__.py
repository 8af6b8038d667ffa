"""commsvc: community services research, from printed percentages and questionnaires to tests.

Importing the package costs nothing: each public name is fetched when it is first used.
"""

import sys as _sys

import lazy_loader as _lazy

from commsvc.errors import CommsvcError

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=[
        "indicators",
        "inference",
        "plots",
        "printed",
        "published",
        "report",
        "survey",
    ],
    submod_attrs={
        "inference": [
            "Design",
            "audit_sample_size",
            "by_design",
            "compare_groups",
            "compare_with_target",
            "estimate_shares",
            "multinomial_intervals",
            "power",
            "proportion_interval",
            "size",
            "worst_case_bounds",
        ],
        "printed.over": ["over_printed"],
        "published.audit_text": ["audit_document", "audit_text"],
        "published.claims": ["audit", "infer_rule"],
        "published.documents": ["read_document"],
        "published.extract": ["extract"],
        "published.figures": ["figures"],
        "published.reports": ["claims", "load_report"],
        "published.repair": ["repair"],
        "survey": [
            "Answers",
            "Codebook",
            "clean_answers",
            "draft_codebook",
            "estimate_means",
            "likert_summary",
            "load_codebook",
            "read_answers",
            "response_rates",
            "satisfaction",
            "suppress_small",
            "tabulate_answers",
        ],
    },
)
__all__ = ["CommsvcError", "__version__", *__all__]


def _show_results() -> None:
    """In a notebook results show as sentences and tables; elsewhere nothing happens."""
    ipython = _sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        from commsvc.report.displays import register

        register(shell)


_show_results()
