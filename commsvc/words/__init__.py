"""Words for readers: messages, their catalogues, the language in force, numbers as text.

A sentence is an English template with named fields; another language is a folder of gettext
catalogues in `locale/`. Nothing is composed before it is shown.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=["numbers"],
    submod_attrs={
        "languages": ["in_language", "language", "use_language"],
        "messages": ["Label", "Message", "Text", "as_strings", "joined", "message", "text_of"],
    },
)
