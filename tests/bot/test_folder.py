"""Files and folders of texts: what is read, in which order, and in which sentence a bad one is refused."""

import json
import os
from datetime import date, datetime

import pytest

from bot.errors import UnreadableSource
from bot.sources.extract import Page
from bot.sources.folder import LARGEST, LARGEST_PAGE, read, read_each, read_in, read_text
from bot.sources.watch import changes
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


# -- Markdown and pages ------------------------------------------------------------------------------------------------

HEAD = """---
title: "Bridge: what fell"
date: 2030-03-04 10:00 +0100
source: Norby Post
url: https://norby.example/bridge
language: en
tags: [bridge, harbour]
---
"""
BODY = """## What happened

The *old* **bridge** at [Norby](https://norby.example/map "a map") fell
on Monday. ![a picture](bridge.jpg)

- Nobody was *hurt*.
- The tram `7` stops at Tern &amp; Marlow.

1. Divers come on Friday.

> “It creaked for weeks,” a fisher said.

| Pier | State |
|------|-------|
| 3    | gone  |

<div class="share">Share</div>

~~All~~ Two lanes are closed.
"""
PLAIN = """What happened

The old bridge at Norby fell on Monday.

- Nobody was hurt.

- The tram 7 stops at Tern & Marlow.

1. Divers come on Friday.

“It creaked for weeks,” a fisher said.

Pier | State

3 | gone

All Two lanes are closed."""
PAGE = """<html lang="en"><head><title>Bridge falls at Norby</title>
<meta property="article:published_time" content="2030-03-04T10:00:00+01:00"><meta property="og:site_name" content="Norby Post">
</head><body><nav><a href="/">Home</a></nav><article><h1>Bridge falls at Norby</h1>
<p>The old bridge at Norby fell into the river on Monday morning, and nobody was hurt.</p>
<p>Divers will look for the cause of the collapse during the coming week, the harbour office said.</p>
</article></body></html>"""


def written(folder, name, text):
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_markdown_is_its_words_without_marks_and_what_its_front_matter_declares(tmp_path):
    (article,) = read([written(tmp_path, "a.md", HEAD + BODY)])
    assert article.text == PLAIN
    assert (article.id, article.title, article.source) == ("a.md", "Bridge: what fell", "Norby Post")
    assert (article.url, article.language) == ("https://norby.example/bridge", "en")
    assert article.published == datetime.fromisoformat("2030-03-04T10:00:00+01:00")
    assert article.published_from == "declared"


def test_sentences_of_markdown_are_found_where_they_stand(tmp_path):
    document = clean(read([written(tmp_path, "a.md", HEAD + BODY)])[0])
    assert "The old bridge at Norby fell on Monday." in [s.text for s in document.sentences]
    assert all(document.article.text[s.start : s.end] == s.text for s in document.sentences)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Bridge *falls*\n\nIt fell.", "Bridge falls", "It fell."),
        ("---\ntitle: Collapse\n---\n# Bridge falls\n\nIt fell.", "Collapse", "Bridge falls\n\nIt fell."),
        ("---\n---\nIt fell.", "", "It fell."),
        ("---\r\ntitle: Collapse\r\n---\r\nIt fell.\r\nAll of it.", "Collapse", "It fell. All of it."),
        ("It fell.\n\n---\n\nAll of it.", "", "It fell.\n\nAll of it."),
        ("---\nauthor: nobody\nIt fell.", "", "author: nobody It fell."),
    ],
)
def test_a_title_is_declared_or_the_first_heading(tmp_path, text, title, body):
    (article,) = read([written(tmp_path, "a.markdown", text)])
    assert (article.title, article.text) == (title, body)
    assert (article.published, article.published_from) == (None, "unknown")


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("title: one: two", "no valid YAML in line 2"),
        ("a: " + "[" * 9_000, "no valid YAML"),
        ("- one", "without keys"),
        ("title: [a]", '"title" must be a text'),
        ("published: Monday", "published day"),
        ("date: 2030-13-01", "published day"),
        ("a: " + "x" * 30_000, "over 20,000 characters"),
    ],
)
def test_bad_front_matter_is_refused_by_name_with_what_to_do(tmp_path, head, says):
    with pytest.raises(UnreadableSource, match=says) as refused:
        read([written(tmp_path, "bad.md", f"---\n{head}\n---\nIt fell.")])
    assert "bad.md" in str(refused.value)
    assert ":" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_front_matter_without_a_text_is_no_article(tmp_path):
    with pytest.raises(UnreadableSource, match=r"a\.md has a head and no text"):
        read([written(tmp_path, "a.md", HEAD)])


def test_a_saved_page_is_its_article_with_title_publisher_and_time(tmp_path):
    (article,) = read([written(tmp_path, "page.html", PAGE)])
    *_, first, second = article.text.splitlines()
    assert first.startswith("The old bridge at Norby fell")
    assert second.endswith("the harbour office said.")
    assert (article.id, article.title, article.source) == ("page.html", "Bridge falls at Norby", "Norby Post")
    assert article.published == datetime.fromisoformat("2030-03-04T10:00:00+01:00")
    assert (article.published_from, article.language) == ("meta", "en")


def test_a_page_without_an_article_or_of_many_megabytes_is_refused(tmp_path):
    with pytest.raises(UnreadableSource, match="shows no article"):
        read([written(tmp_path, "a.html", "<html><body><nav>Home</nav></body></html>")])
    with pytest.raises(UnreadableSource, match="over 3 MB"):
        read([written(tmp_path, "b.htm", "a" * (LARGEST_PAGE + 1))])


def test_pages_can_be_read_where_they_are_killed_at_their_limit(tmp_path):
    class Workers:
        def run(self, function, *arguments, limit):
            return Page(f"{function.__name__} {len(arguments[0])} {arguments[3]} {limit:g}")

    html = read_in(Workers(), lambda: date(2030, 3, 4))
    assert read([written(tmp_path, "a.html", PAGE)], html)[0].text == f"read_html {len(PAGE)} 2030-03-05 10"


def test_a_manifest_may_name_any_kind_and_what_it_declares_goes_before_what_a_file_says(tmp_path):
    written(tmp_path, "a.md", HEAD + BODY)
    written(tmp_path, "b.html", PAGE)
    manifest(tmp_path, {"file": "b.html", "title": "Ours"}, {"file": "a.md", "published": "2030-03-05"})
    page, marked = read([tmp_path])
    assert (page.title, page.source, page.published_from) == ("Ours", "Norby Post", "meta")
    assert (marked.published, marked.title) == (date(2030, 3, 5), "Bridge: what fell")


def test_a_folder_that_has_texts_is_its_texts_and_else_its_pages_and_marked_articles(tmp_path):
    for name, text in {"b.html": PAGE, "a.md": HEAD + BODY, "README.md": BODY, "notes.markdown": "x"}.items():
        written(tmp_path, name, text)
    assert [article.id for article in read([tmp_path])] == ["a.md", "b.html"]
    written(tmp_path, "c.txt", TEXT)
    assert [article.id for article in read([tmp_path])] == ["c.txt"]


# -- watching ----------------------------------------------------------------------------------------------------------


def edited(path, text, seconds=1):
    """Written anew, at a later time than before even where clocks are coarse."""
    before = path.stat().st_mtime_ns
    path.write_text(text, "utf-8")
    os.utime(path, ns=(before, before + seconds * 10**9))


def names(scan):
    return [article.id.rpartition("/")[2] for article in scan.articles]


def test_a_watched_folder_gives_what_is_new_and_what_was_modified_once(tmp_path):
    for name, text in {"a.txt": TEXT, "b.md": HEAD + BODY, "c.html": PAGE}.items():
        written(tmp_path, name, text)
    first = changes(tmp_path, {})
    assert names(first) == ["a.txt", "b.md", "c.html"]
    assert names(changes(tmp_path, first.seen)) == []
    edited(tmp_path / "a.txt", TEXT + "It will be built again.\n")
    written(tmp_path, "d.txt", TEXT)
    second = changes(tmp_path, first.seen)
    assert names(second) == ["a.txt", "d.txt"]
    assert second.articles[0].id == first.articles[0].id
    assert not changes(tmp_path, second.seen).articles


def test_a_file_of_the_same_size_is_read_again_when_it_was_modified(tmp_path):
    path = written(tmp_path, "a.txt", "Five boats sank.")
    first = changes(tmp_path, {})
    edited(path, "Nine boats sank.")
    assert [article.text for article in changes(tmp_path, first.seen).articles] == ["Nine boats sank."]


def test_texts_of_one_name_in_two_watched_folders_are_two_articles(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, "a.txt", TEXT)
    (one,), (two,) = (changes(tmp_path / folder, {}).articles for folder in ("one", "two"))
    assert one.id != two.id
    assert one.id == changes(tmp_path / "two" / ".." / "one", {}).articles[0].id


def test_a_bad_file_is_told_once_until_it_is_modified_and_stops_no_other(tmp_path):
    bad = written(tmp_path, "bad.txt", "")
    written(tmp_path, "good.txt", TEXT)
    written(tmp_path, "README.md", "# Notes")
    first = changes(tmp_path, {})
    assert names(first) == ["good.txt"]
    assert [sentence.partition(" ")[0].rpartition("/")[2] for sentence in first.failed] == [
        "README.md",
        "bad.txt",
    ]
    assert not changes(tmp_path, first.seen).failed
    edited(bad, TEXT)
    assert names(changes(tmp_path, first.seen)) == ["bad.txt"]


def test_a_changed_manifest_has_all_its_texts_read_again_since_they_may_be_declared_anew(tmp_path):
    written(tmp_path, "a.txt", TEXT)
    manifest(tmp_path, {"file": "a.txt"})
    first = changes(tmp_path, {})
    manifest(tmp_path, {"file": "a.txt", "published": "2030-03-04"})
    (article,) = changes(tmp_path, first.seen).articles
    assert (article.published, article.published_from) == (date(2030, 3, 4), "declared")


def test_a_file_that_is_gone_is_forgotten_and_new_when_it_comes_back(tmp_path):
    path = written(tmp_path, "a.txt", TEXT)
    first = changes(tmp_path, {})
    path.unlink()
    gone = changes(tmp_path, first.seen)
    assert (gone.articles, gone.failed) == ((), ())
    written(tmp_path, "a.txt", TEXT)
    assert names(changes(tmp_path, gone.seen)) == ["a.txt"]


def test_a_file_that_is_named_by_itself_is_read_whatever_it_looks_like(tmp_path):
    path = written(tmp_path, "notes.md", "# Bridge\n\nIt fell.")
    first = changes(path, {})
    assert [(article.title, article.text) for article in first.articles] == [("Bridge", "It fell.")]
    assert first.articles[0].id == path.resolve().as_posix()
    assert not changes(path, first.seen).articles


def test_what_is_not_there_is_told_once(tmp_path):
    scan = changes(tmp_path / "nowhere", {})
    assert [sentence.partition(":")[0] for sentence in scan.failed] == [f"There is no {tmp_path / 'nowhere'}"]
    assert not changes(tmp_path / "nowhere", scan.seen).failed
    (tmp_path / "nowhere").mkdir()
    written(tmp_path / "nowhere", "a.txt", TEXT)
    assert names(changes(tmp_path / "nowhere", scan.seen)) == ["a.txt"]


def test_a_watched_folder_whose_manifest_is_broken_is_refused(tmp_path):
    written(tmp_path, "manifest.json", "{")
    with pytest.raises(UnreadableSource, match="no valid JSON"):
        changes(tmp_path, {})
