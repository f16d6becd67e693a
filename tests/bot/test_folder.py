"""Files and folders of texts: what is read, in which order, and in which sentence a bad one is refused."""

import json
import os
from datetime import date, datetime

import pytest

from bot.errors import UnreadableSource
from bot.sources.folder import LARGEST, read, read_each, read_text
from summarizers import clean

TEXT = "The “old” bridge at Norby fell on Monday.\r\nNobody was hurt.\n"


def manifest(folder, *articles, **more):
    (folder / "manifest.json").write_text(json.dumps({"articles": list(articles), **more}), "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_encoding_gives_the_same_text_with_its_line_ends(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))
    assert read_text(tmp_path / "a.txt") == TEXT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_spans_count_from_the_text_as_it_was_read(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))
    (article,) = read([tmp_path / "a.txt"])
    document = clean(article)
    assert document.sentences
    assert all(article.text[s.start : s.end] == s.text for s in document.sentences)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        ("\ufeff".encode(), "is empty"),
        (b"news\x00news", "NUL"),
        (b"caf\xe9 au lait", "neither UTF-8 nor UTF-16"),
        (b"\xff\xfea", "neither UTF-8 nor UTF-16"),
        ("news".encode("utf-32"), "NUL"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither UTF-8 nor UTF-16"),
        (b"a" * (LARGEST + 1), "over 5 MB"),
    ],
)
def test_a_bad_file_is_refused_by_name_with_what_to_do(tmp_path, raw, says):
    (tmp_path / "good.txt").write_text(TEXT, "utf-8")
    (tmp_path / "bad.txt").write_bytes(raw)
    with pytest.raises(UnreadableSource, match=says) as refused:
        read([tmp_path])
    assert "bad.txt" in str(refused.value)
    assert ":" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(UnreadableSource, match=r"There is no .*nowhere"):
        read([tmp_path / "nowhere"])


def test_a_path_with_a_nul_is_refused():
    with pytest.raises(UnreadableSource):
        read_text(__import__("pathlib").Path("a\0b"))


def test_a_pipe_or_a_device_is_no_text(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableSource, match="no regular file"):
        read([tmp_path / "pipe"])


def test_a_folder_without_texts_is_refused(tmp_path):
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(UnreadableSource, match=r"holds no text: put \*\.txt"):
        read([tmp_path])


def test_a_folder_without_a_manifest_is_its_texts_by_name(tmp_path):
    for name in ("b.txt", "a.txt", "c.TXT", ".hidden.txt", "d.md"):
        (tmp_path / name).write_text(name, "utf-8")
    assert [article.id for article in read([tmp_path])] == ["a.txt", "b.txt", "c.TXT"]


def test_a_manifest_gives_order_and_what_is_declared_and_nothing_else_is_read(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name, "utf-8")
    manifest(
        tmp_path,
        {
            "file": "b.txt",
            "published": "2025-05-19",
            "source": "Norby Post",
            "title": "Bridge",
            "n": 9,
            "language": 5,
        },
        {"file": "a.txt", "published": "2025-05-19T10:00:00+02:00", "source": None, "title": None},
        language=["nonsense"],
    )
    first, second = read([tmp_path])
    assert (first.id, first.published, first.source, first.title) == (
        "b.txt",
        date(2025, 5, 19),
        "Norby Post",
        "Bridge",
    )
    assert (second.id, second.published) == ("a.txt", datetime.fromisoformat("2025-05-19T10:00:00+02:00"))
    assert (second.source, second.title, second.language) == (None, "", None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing", "no valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", 'needs a list "articles"'),
        ('{"articles": []}', 'needs a list "articles"'),
        ('{"articles": [1]}', "article 1, must be an object"),
        ('{"articles": [{}]}', 'names no "file"'),
        ('{"articles": [{"file": 3}]}', '"file" must be a text'),
        ('{"articles": [{"file": "gone.txt"}]}', "which is not there"),
        ('{"articles": [{"file": "a\\u0000b"}]}', "which is not there"),
        ('{"articles": [{"file": "../secret.txt"}]}', "points out of its folder"),
        ('{"articles": [{"file": "/etc/hostname"}]}', "points out of its folder"),
        ('{"articles": [{"file": "link.txt"}]}', "points out of its folder"),
        ('{"articles": [{"file": "a.txt"}, {"file": "a.txt"}]}', "twice"),
        ('{"articles": [{"file": "a.txt", "published": "Monday"}]}', "published day"),
        ('{"articles": [{"file": "a.txt", "published": 2025}]}', '"published" must be a text'),
        ('{"articles": [{"file": "a.txt", "source": []}]}', '"source" must be a text'),
        ("", "is empty"),
    ],
)
def test_a_bad_manifest_is_refused_in_a_sentence(tmp_path, text, says):
    story = tmp_path / "story"
    story.mkdir()
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (story / "a.txt").write_text(TEXT, "utf-8")
    (story / "link.txt").symlink_to(tmp_path / "secret.txt")
    (story / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(UnreadableSource, match=says) as refused:
        read([story])
    assert "manifest.json" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_texts_of_the_same_name_get_their_folders_names(tmp_path):
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder, "utf-8")
    assert [a.id for a in read([tmp_path / "old", tmp_path / "new"])] == ["old/a.txt", "new/a.txt"]


def test_a_text_named_twice_is_one_article_in_both_groups(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    old, new = read_each([tmp_path / "a.txt", tmp_path])
    assert old == new
    assert len(read([tmp_path / "a.txt", tmp_path])) == 1


def test_the_seeds_are_read_in_story_order_without_dates(seeds):
    articles = read([seeds])
    assert [article.id[:3] for article in articles] == ["003", "004", "002", "001", "000"]
    assert not any(article.published for article in articles)
