"""``make bench``: every benchmark there is, one after the other, or those named.

``python -m benchmarks evaluation equity`` runs two of them.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

known = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
named = sys.argv[1:]
# A benchmark reads its own arguments there.
del sys.argv[1:]
unknown = [name for name in named if name not in known]
if unknown:
    sys.exit(f"no benchmark {unknown[0]!r}; there are {', '.join(known)}")
for name in named or known:
    print(f"== {name}", flush=True)
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
