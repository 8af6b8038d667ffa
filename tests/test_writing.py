"""What is written is there whole, where its name leads."""

import os
import stat
import threading

import pytest

from commsvc.errors import CommsvcError
from commsvc.files import write_atomically, writing


def by_text(path, content):
    with writing(path) as file:
        file.write(content)


WRITERS = pytest.mark.parametrize("write", [by_text, write_atomically])


@WRITERS
def test_through_a_link_its_file_is_written(tmp_path, write):
    (tmp_path / "far").mkdir()
    kept, link = tmp_path / "far/kept.txt", tmp_path / "link.txt"
    kept.write_text("old")
    link.symlink_to(kept)
    write(link, "新\n")
    assert link.is_symlink()
    assert kept.read_bytes() == "新\n".encode()
    assert [p.name for p in kept.parent.iterdir()] == ["kept.txt"]


@WRITERS
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_stays_a_pipe(tmp_path, write):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe, "甲")
    reader.join(10)
    assert read == ["甲".encode()]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@WRITERS
def test_a_folder_in_the_way_is_said(tmp_path, write):
    with pytest.raises(CommsvcError, match="cannot be written") as error:
        write(tmp_path, "x")
    assert str(tmp_path) in str(error.value)


def test_what_stops_half_way_leaves_the_old_file(tmp_path):
    target = tmp_path / "t.txt"
    target.write_text("old")

    def lines():
        yield "half"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), writing(target) as file:
        file.writelines(lines())
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.txt"]


def test_line_ends_and_bytes_stay_what_they_are(tmp_path):
    write_atomically(tmp_path / "a", b"\xff\r\n")
    by_text(tmp_path / "b", "a\r\nb\n")
    assert (tmp_path / "a").read_bytes() == b"\xff\r\n"
    assert (tmp_path / "b").read_bytes() == b"a\r\nb\n"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) & 0o444 == 0o444 & ~umask()


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
