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
        main = study.chosen_outcome(book, "", answers)
        study.show_answered(answers, [*by, *chosen])
        study.show_outcome(mine, main)
        tests = study.show_groups(mine, main, by)
        study.show_model(mine, main, by)
        study.show_batteries(mine, by)
        study.show_appendix(mine, [*by, *chosen])
        study.show_limits(mine, chosen, tests)
        study.show_finding(mine, main)

    return shown


SEX = ["男", "女"] * 30


def test_codes_without_labels_have_no_mean_and_no_best_end(page):
    text = page(pd.DataFrame({"性别": SEX, "满意度": [1, 2, 3, 4, 5, 5] * 10}))
    assert "the most frequent answer was 5" in text
    assert "3.33" not in text
    assert "5 the best" not in text


def test_answers_that_are_as_frequent_have_no_winner(page):
    text = page(pd.DataFrame({"来源": ["邻居", "网络", "报纸"] * 10 + ["邻居", "网络"]}))
    assert "the most frequent answers were 邻居, 网络, 11 of 32 each" in text
    assert "并列为“邻居、网络”" in text


def test_rows_that_are_ratings_are_asked_about(capsys):
    long = pd.DataFrame({"rater_id": [i // 4 for i in range(80)], "score": [1, 2, 3, 4] * 20})
    answers = Answers.from_frame(long)
    study.show_reading(answers, draft_codebook(answers))
    assert "rater_id holds 20 different values in 80 rows" in capsys.readouterr().out


def test_no_closed_question_is_said(page):
    text = page(pd.DataFrame({"意见": [f"意见 {i}" for i in range(60)]}))
    assert "There is no question to count" in text
    assert "没有可计数的题目" in text


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
