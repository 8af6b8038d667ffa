"""What a study's page shows where there is little to show."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from commsvc import plots, study
from commsvc.inference import Design
from commsvc.survey import Answers, draft_codebook
from commsvc.words import in_language


@pytest.fixture
def page(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)  # figures go there
    plots.use_style()

    def shown(frame, **rest):
        for lang in ("en", "zh"):
            with in_language(lang):
                once(frame, **rest)
        return capsys.readouterr().out

    def once(frame, book=None, least=10):
        answers = Answers.from_frame(frame)
        book = book or draft_codebook(answers)
        mine = study.Study(answers, book, Design.srs(), least)
        chosen, by = study.chosen_questions(book, [], answers), study.chosen_groups(book)
        study.show_answered(answers, [*by, *chosen])
        for question in [*by, *chosen]:
            study.show_question(mine, question)
        found = study.compare(mine, chosen, by)
        study.show_comparisons(mine, found)
        study.show_tests(mine, found)
        study.show_limits(mine, chosen, found)
        study.show_finding(mine, chosen)

    return shown


SEX = ["男", "女"] * 30


def test_codes_without_labels_have_a_mean_and_no_best_end(page):
    text = page(pd.DataFrame({"性别": SEX, "满意度": [1, 2, 3, 4, 5, 5] * 10}))
    assert (
        "the codes 1 to 5 (which end is the better one, the codebook has to say): **3.33**" in text
    )
    assert "编码 1 至 5" in text
    assert "5 the best" not in text


def test_a_matrix_of_codes_is_shown_by_group_row_by_row(page, tmp_path):
    from commsvc.survey import read_answers

    rows = ["序号,1、性别,第2题(态度),第2题(环境),第2题(价格)"]
    rows += [
        f"{i},{1 + i % 2},{1 + i % 5},{1 + (i // 2) % 5},{1 + (i // 3) % 5}" for i in range(60)
    ]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    answers = read_answers(file)
    text = page(answers.data, book=draft_codebook(answers))
    assert all(f"按性别：{row}" in text for row in ("态度", "环境", "价格"))


def test_no_closed_question_is_said(page):
    text = page(pd.DataFrame({"意见": [f"意见 {i}" for i in range(60)]}))
    assert "There is no question to count" in text
    assert "没有可统计的题目" in text


def test_nothing_is_said_of_fewer_people_than_may_be_shown(page):
    text = page(pd.DataFrame({"年龄": [81, 47, 33]}))
    assert "fewer than 10 people, not shown" in text
    assert "不足10人，不予列出" in text
    assert not re.search(r"81|53\.67", text)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_a_study_stopped_half_way_leaves_nothing(tmp_path, stop):
    file = tmp_path / "a.csv"
    pd.DataFrame({f"q{i}": ["好", "差"] * 300 for i in range(400)}).to_csv(file, index=False)
    command = [sys.executable, "-m", "commsvc.cli", "new", "mine", "--data", "a.csv"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    for _ in range(1500):
        if len(os.listdir(tmp_path)) > 1 or running.poll() is not None:
            break
        time.sleep(0.02)
    running.send_signal(stop)
    _, said = running.communicate(timeout=60)
    # 130, or 2 where the signal met a reader in C that calls it a broken file.
    assert running.returncode in (130, 2)
    assert said.startswith("commsvc: ")
    assert "Traceback" not in said
    assert os.listdir(tmp_path) == ["a.csv"]
