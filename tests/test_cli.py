"""The command as a shell meets it: what it says, in which order, and to a reader who leaves."""

import json
import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "commsvc.cli"]
# As users have it: what is piped waits in a buffer, and no PYTHONUNBUFFERED hides that.
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


@pytest.fixture
def claims(tmp_path):
    claim = {"kind": "share", "count": 20, "of": 42, "printed": "47%"}
    lines = (json.dumps({"id": f"c{i}", **claim}) for i in range(5000))
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_total_stands_below_what_it_counts(claims):
    ran = subprocess.run(
        [*COMMAND, "audit", str(claims)], env=ENV, stdout=-1, stderr=subprocess.STDOUT, text=True
    )
    assert ran.returncode == 0
    assert ran.stdout.splitlines()[-1] == "5000 claims: 5000 only_under_rule"


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("words", [["audit", "CLAIMS"], ["doctor"]])
def test_a_reader_who_leaves_is_no_fault(claims, words):
    words = [str(claims) if word == "CLAIMS" else word for word in words]
    with subprocess.Popen([*COMMAND, *words], env=ENV, stdout=-1, stderr=-1, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141
