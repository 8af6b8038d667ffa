"""What a notebook says to its reader, and the way from a notebook to one HTML file.

A notebook imports `say`, `show`, `show_table`, `finding`, `label` and `Basis` from here; the
machinery (`runner`, `exporter`, `cache`, `index`) is driven by ``commsvc render``, which must find
out quickly that nothing has changed: each name is fetched when it is first used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "basis": ["Basis"],
        "audit_tables": ["show_verdicts"],
        "displays": ["use_tables"],
        "lang": ["in_words", "label", "language", "p_relation", "p_value", "pairs", "use_language"],
        "passages": ["finding", "say"],
        "pictures": ["show"],
        "result_tables": ["show_table", "table"],
    },
)
