"""The command ``commsvc``: each subcommand is a few lines over the library.

A subcommand is one function that adds its parser and one that does the work and returns the exit
code: 0 for well, 1 for "done, and something is wrong with what you gave", 2 for a request that
could not be carried out. Bad input never ends in a traceback.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from commsvc import __version__
from commsvc.errors import CommsvcError
from commsvc.words.languages import in_language, language, language_spoken

Subparsers = Any


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    arguments = _parser().parse_args(argv)
    work: Callable[[argparse.Namespace], int] = arguments.work
    try:
        with in_language(language_spoken()):
            code = work(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Who read our lines has seen enough (`| head`). Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except CommsvcError as error:
        print(f"commsvc: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        # The core installs without notebooks; what the commands of notebooks need is one extra.
        if (error.name or "").split(".")[0] == "commsvc":
            raise
        print(
            f'commsvc: {error.name} is not installed; pip install "commsvc[report]"',
            file=sys.stderr,
        )
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"commsvc: {where}{error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        kept = "nothing was made" if work is _new else "every report is as its last render left it"
        print(f"commsvc: stopped; {kept}", file=sys.stderr)
        return 130
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="commsvc", description="Community services research: reports, audits, surveys."
    )
    parser.add_argument("--version", action="version", version=f"commsvc {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(subparsers)
    return parser


def _add_render(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "render", help="run notebooks and write reports/*.html, reports/index.html, figures/*"
    )
    parser.add_argument("notebooks", nargs="*", help="files, or beginnings of names such as 03")
    parser.add_argument(
        "--lang", help="en, zh, or both on one page; default: as the notebook says, else both"
    )
    parser.add_argument("-o", "--out", type=Path, help="folder for the pages (default reports/)")
    parser.add_argument("-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--params", type=Path, metavar="FILE", help="parameters as a TOML file")
    parser.add_argument("--force", action="store_true", help="run what has not changed, too")
    parser.add_argument("--strict", action="store_true", help="a warning is a failure")
    parser.add_argument("--timeout", type=float, default=600, help="seconds a cell may take")
    parser.add_argument("-j", "--jobs", type=int, default=0, help="notebooks at once")
    parser.add_argument("--watch", action="store_true", help="render again what one edits")
    parser.add_argument(
        "--pdf", action="store_true", help="print the pages too, with an installed Chromium"
    )
    parser.set_defaults(work=_render)


def _render(arguments: argparse.Namespace) -> int:
    from commsvc.report import parameters
    from commsvc.report.console import Console
    from commsvc.report.jobs import Job, find_notebooks, root_of, summary
    from commsvc.report.lang import check_language
    from commsvc.report.render import render

    values = parameters.read_toml(arguments.params) if arguments.params else {}
    values.update(parameters.parse(text) for text in arguments.parameters)
    root = root_of(arguments.notebooks)
    job = Job(
        root=root,
        notebooks=find_notebooks(root, arguments.notebooks),
        language=check_language(arguments.lang) if arguments.lang else "",
        out=arguments.out,
        parameters=values,
        force=arguments.force,
        strict=arguments.strict,
        timeout=arguments.timeout,
        workers=arguments.jobs,
    )
    console = Console()
    if arguments.watch:
        from commsvc.report.watch import watch

        watch(job, console, arguments.notebooks)
    outcomes = render(job, console)
    print(summary(job, outcomes), file=sys.stderr)
    if arguments.pdf:
        from commsvc.report.pdf import print_pages

        pages = [job.folder / f"{outcome.notebook.stem}.html" for outcome in outcomes]
        print_pages([page for page in pages if page.is_file()])
    return int(any(outcome.status == "failed" for outcome in outcomes))


def _add_check(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "check", help="what is wrong with notebooks before anyone runs them"
    )
    parser.add_argument("notebooks", nargs="*", help="files, or beginnings of names such as 03")
    parser.set_defaults(work=_check)


def _check(arguments: argparse.Namespace) -> int:
    from commsvc.report.check import check_notebooks
    from commsvc.report.jobs import find_notebooks, root_of

    root = root_of(arguments.notebooks)
    faults = check_notebooks(root, find_notebooks(root, arguments.notebooks))
    for fault in faults:
        print(fault, flush=True)
    print(f"{len(faults)} found" if faults else "nothing found", file=sys.stderr)
    return int(bool(faults))


def _add_messages(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "messages", help="draw what notebooks and the library say into catalogues to translate"
    )
    parser.add_argument("notebooks", nargs="*", help="files, or beginnings of names such as 03")
    parser.add_argument("--check", action="store_true", help="change nothing; say what is missing")
    parser.set_defaults(work=_messages)


def _messages(arguments: argparse.Namespace) -> int:
    from commsvc.report.jobs import find_notebooks, root_of
    from commsvc.report.translation import messages

    root = root_of(arguments.notebooks)
    lines = messages(root, find_notebooks(root, arguments.notebooks), write=not arguments.check)
    for line in lines:
        print(line, flush=True)
    print(f"{len(lines)} to do" if lines else "nothing missing", file=sys.stderr)
    return int(arguments.check and bool(lines))


def _add_copy(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("copy", help="a notebook to work in, in a language")
    parser.add_argument("notebook", help="a file, or the beginning of a name such as 02")
    parser.add_argument("--lang", required=True, help="of the copy, such as zh")
    parser.add_argument("-o", "--output", type=Path, help="its file (default: here, same name)")
    parser.set_defaults(work=_copy)


def _copy(arguments: argparse.Namespace) -> int:
    from commsvc.report.jobs import find_notebooks, root_of
    from commsvc.report.translation import copy_in

    names = [arguments.notebook]
    notebook = find_notebooks(root_of(names), names)[0]
    target = arguments.output or Path(f"{notebook.stem}_{arguments.lang}.ipynb")
    print(copy_in(notebook, arguments.lang, target))
    return 0


def _add_doctor(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("doctor", help="whether this machine has what is needed")
    parser.set_defaults(work=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from commsvc.report.doctor import examine
    from commsvc.report.project_files import project_root

    findings = examine(project_root(Path.cwd()))
    for finding in findings:
        print(finding)
    return int(any(finding.needed and not finding.well for finding in findings))


def _add_extract(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "extract", help="a page, damaged or not, as text and a table of its figures"
    )
    parser.add_argument("path", help="an HTML or text file, or a folder of them")
    parser.add_argument("-o", "--output", metavar="CSV", help="the figures (default: the screen)")
    parser.add_argument("--text", metavar="TXT", help="the repaired text")
    parser.add_argument("--edits", metavar="CSV", help="every repair made, to replay or to check")
    parser.set_defaults(work=_extract)


def _extract(arguments: argparse.Namespace) -> int:
    from commsvc.published.extract import run

    return run(arguments.path, arguments.output, arguments.text, arguments.edits)


def _add_audit(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("audit", help="what printed figures say of each other")
    parser.add_argument(
        "files", nargs="+", help="documents (.txt .md .html .pdf .docx), folders, claims files"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="verdicts as .html, .csv or .jsonl (default: words)"
    )
    parser.add_argument("--claims", metavar="JSONL", help="the claims drafted from the documents")
    parser.set_defaults(work=_audit)


def _audit(arguments: argparse.Namespace) -> int:
    from commsvc.published.audit_command import run
    from commsvc.report.audit_page import page

    return run(arguments.files, arguments.output, arguments.claims, page)


def _add_new(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "new", help="a folder for a study: data, a drafted codebook, a notebook that does the rest"
    )
    parser.add_argument("folder", help="the study's folder, to be made")
    parser.add_argument("--data", required=True, metavar="FILE", help="the answers: .xlsx, .sav …")
    parser.add_argument("--codebook", metavar="FILE", help="your own, .yaml or .csv; else drafted")
    parser.add_argument("--lang", default="both", help="of the report: both (default), en or zh")
    parser.add_argument("--sheet", help="of a workbook, by name or number from 0")
    parser.add_argument("--encoding", help="of a text or SPSS file, where it cannot be found out")
    parser.add_argument(
        "--keep-private", action="store_true", help="copy names, phones and addresses, too"
    )
    parser.set_defaults(work=_new)


def _new(arguments: argparse.Namespace) -> int:
    from commsvc.study.scaffold import new_study, summary

    # However it is stopped, no half of a study stays behind.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    made = new_study(
        arguments.folder,
        arguments.data,
        codebook=arguments.codebook,
        language=arguments.lang,
        sheet=int(arguments.sheet) if (arguments.sheet or "").isdigit() else arguments.sheet,
        encoding=arguments.encoding,
        keep_private=arguments.keep_private,
    )
    with in_language(language() if arguments.lang == "both" else arguments.lang):
        for line in summary(made):
            print(line)
    return 0


COMMANDS: tuple[Callable[[Subparsers], None], ...] = (
    _add_new,
    _add_render,
    _add_extract,
    _add_audit,
    _add_check,
    _add_messages,
    _add_copy,
    _add_doctor,
)

if __name__ == "__main__":
    sys.exit(main())
