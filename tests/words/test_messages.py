"""Messages: composed when shown, in the language in force, with fields in each language's form."""

from __future__ import annotations

import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.words import (
    Label,
    in_language,
    joined,
    language,
    languages,
    message,
    text_of,
    use_language,
)
from commsvc.words.catalogues import add_catalogues
from commsvc.words.extraction import check_catalogues, templates_in, update_catalogue
from commsvc.words.languages import known_languages, language_spoken

HEAD = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Plural-Forms: {}\\n"\n\n'
RUSSIAN = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2);"
)


@pytest.fixture
def polyglot(tmp_path):
    """A third and a fourth language, as one folder each beside the program's own."""
    for lang, plural, body in (
        ("fr", "nplurals=2; plural=(n > 1);", 'msgid "; "\nmsgstr " ; "\n'),
        (
            "ru",
            RUSSIAN,
            'msgid "{n} form"\nmsgid_plural "{n} forms"\n'
            'msgstr[0] "{n} анкета"\nmsgstr[1] "{n} анкеты"\nmsgstr[2] "{n} анкет"\n',
        ),
    ):
        folder = tmp_path / lang / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "own.po").write_text(HEAD.format(lang, plural) + body, encoding="utf-8")
    add_catalogues(tmp_path)
    yield
    languages._added.remove(tmp_path)


def test_a_message_is_composed_in_the_language_it_is_shown_in():
    said = message("outside the base")
    assert str(said) == "outside the base"
    with in_language("zh"):
        assert f"{said}" == str(said) == "不计入分母"
        assert said == "outside the base", "what it is compared with does not change with language"
        assert "不计入分母" in pd.DataFrame({"note": [said]}).to_string()
    assert language() == "en"


def test_frames_keep_messages_and_find_them_by_their_english():
    frame = pd.DataFrame({"note": [message("outside the base"), ""]})
    assert (frame["note"] == "outside the base").tolist() == [True, False]
    assert frame["note"][0].text("zh") == "不计入分母"
    assert sorted([message("b"), message("a")]) == ["a", "b"]
    assert len({message("a"), message("a")}) == 1


@pytest.mark.parametrize(
    ("n", "said"), [(1, "анкета"), (3, "анкеты"), (11, "анкет"), (22, "анкеты")]
)
def test_plural_forms_are_the_languages_own(polyglot, n, said):
    forms = message("{n} form", plural="{n} forms", n=n)
    assert forms.text("ru") == f"{n} {said}"
    assert forms.text("en") == (f"{n} form" if n == 1 else f"{n} forms")


def test_a_sign_between_parts_is_the_languages_own(polyglot):
    parts = joined([message("outside the base"), "", "n < 5", "n < 5"])
    assert parts.text("en") == "outside the base; n < 5"
    assert parts.text("zh") == "不计入分母；n < 5"
    assert parts.text("fr") == "outside the base ; n < 5"


def test_what_is_not_translated_is_shown_in_english():
    assert message("nobody translated this {x}", x=message("outside the base")).text("zh") == (
        "nobody translated this 不计入分母"
    )


def test_labels_keep_the_language_they_were_written_in():
    sex = Label({"en": "Sex"})
    assert sex.text("zh") == "Sex"
    assert Label({"en": "Sex", "zh": "性别"}).text("zh") == "性别"
    assert text_of(Label({}), "en") == ""


def test_numbers_in_fields_are_written_as_everywhere():
    said = message("P {p:p}, {share:percent} of {n:count}", p=0.0003, share=-0.1234, n=12345)
    assert str(said) == "P < 0.001, −12.3% of 12,345"
    assert str(message("{a:.2f} to {b:+.1f}, {c}", a=-0.5, b=2, c=-3)) == "−0.50 to +2.0, −3"
    assert str(message("{day}", day="-3")) == "-3"


def test_an_unknown_language_is_refused_with_those_there_are():
    with pytest.raises(CommsvcError, match="allowed: en, zh"):
        use_language("tlh")
    assert known_languages() == ("en", "zh")


@pytest.mark.parametrize(
    ("set_to", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "COMMSVC_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "COMMSVC_LANG": "both"}, "zh"),
        ({}, "en"),
    ],
)
def test_a_command_answers_in_the_language_of_its_locale(monkeypatch, set_to, spoken):
    for name in ("COMMSVC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in set_to.items():
        monkeypatch.setenv(name, value)
    assert language_spoken() == spoken


def test_a_template_made_at_run_time_is_refused():
    with pytest.raises(CommsvcError, match="made up when the program runs"):
        list(templates_in('message(f"{n} rows")', "a.py"))


def test_catalogues_are_drawn_checked_and_keep_their_words(tmp_path):
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    first = list(templates_in('message("{n} rows", n=1); message("50% of it")', "a.py"))
    assert update_catalogue(folder / "a.po", first, set(), "zh") == 2
    file = folder / "a.po"
    file.write_text(
        file.read_text("utf-8").replace('"{n} rows"\nmsgstr ""', '"{n} rows"\nmsgstr "{m} 行"'),
        encoding="utf-8",
    )
    [wrong, missing] = check_catalogues({"a": first}, tmp_path, ["zh"])
    assert "no such fields in zh of '{n} rows'" in wrong
    assert "no zh for '50% of it'" in missing
    assert update_catalogue(file, first[:1], set(), "zh") == 0
    assert check_catalogues({"a": []}, tmp_path, ["zh"]) == ["a.po: nothing says '{n} rows'"]
