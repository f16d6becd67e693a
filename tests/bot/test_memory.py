"""The memory at work, from the command line: a folder, and pages and feeds of a web server on loopback."""

import json
from collections.abc import Mapping

import pytest

from bot import cli
from tests.web import serve

FRIDAY = [
    "The minister will open the new bridge in Tollby on Monday, her office said in a statement to all newspapers.",
    "The bridge has cost 40 million crowns so far, according to the ministry, which pays for all of it.",
    "Fishermen say the piles have driven away the herring from the sound, where they have fished for generations.",
]
TUESDAY = [
    "The minister opened the new bridge in Tollby on Monday in front of some three thousand people.",
    "The bridge has cost 52 million crowns, the ministry said, which pays for all of it.",
    "The ministry denied that the piles had driven away the herring from the sound.",
]
LATER = "A second bridge will be built next year, she added, if parliament agrees to pay for it."


def page(title: str, paragraphs: list[str], published: str) -> tuple[int, Mapping[str, str], str]:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = (
        f'<title>{title}</title><meta property="og:site_name" content="Tollby Post">'
        f'<meta property="article:published_time" content="{published}">'
    )
    html = f'<html lang="en"><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>'
    return 200, {"Content-Type": "text/html; charset=utf-8"}, html


class Post:
    """A newspaper with two pages and a feed that knows its ETag."""

    def __init__(self, web):
        self.web = web
        self.entries = {"one": ("Bridge to open", "Fri, 20 Nov 2026 08:00:00 GMT", "A teaser.")}
        web.routes |= {
            "/one": page("Bridge to open", FRIDAY, "2026-11-20T08:00:00Z"),
            "/two": page("Bridge opened", TUESDAY, "2026-11-24T09:00:00Z"),
            "/feed": self.feed,
            "/old-feed": (301, {"Location": "/feed"}, ""),
            "/gone": (410, {}, ""),
        }

    def feed(self, request):
        items = "".join(
            f"<item><guid isPermaLink='false'>{name}</guid><title>{title}</title><link>{self.web.url}/{name}</link>"
            f"<pubDate>{published}</pubDate><description>{teaser}</description></item>"
            for name, (title, published, teaser) in self.entries.items()
        )
        tag = f'"{len(items)}"'
        if request.headers.get("if-none-match") == tag:
            return 304, {"ETag": tag}, ""
        rss = f"<rss version='2.0'><channel><title>Tollby Post</title>{items}</channel></rss>"
        return 200, {"Content-Type": "application/rss+xml", "ETag": tag}, rss


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user with an empty data folder, who works in an empty one."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("NEWSDELTA_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def post(home, monkeypatch):  # noqa: ARG001 - because what is read lands in its data folder
    with serve({}) as web:
        monkeypatch.setenv("NEWSDELTA_FETCH_ALLOW", f"{web.host}:{web.port}")
        yield Post(web)


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, " ".join(out.split()), err

    return call


@pytest.fixture
def say(run, monkeypatch):
    """What is answered to lines typed into a chat."""

    def talk(*lines, folder=()):
        from io import StringIO

        monkeypatch.setattr("sys.stdin", StringIO("".join(line + "\n" for line in lines)))
        code, out, err = run("chat", *folder)
        assert (code, err) == (0, "")
        return out

    return talk


def asked(web, path):
    return len(web.asked(path))


# --- pages and feeds ---------------------------------------------------------------------------------------------


def test_a_feed_is_added_asked_and_told_from_its_first_entry_to_its_end(post, run, say):
    code, out, _ = run("feeds", "add", post.web.url + "/feed")
    assert (code, "Added: Tollby Post. It brought 1 entry." in out) == (0, True)
    first = say("what changed")
    assert "“Fishermen say the piles have driven away the herring from the sound" in first
    assert "Nothing changed." in say("what changed")

    assert "Tollby Post: 0 new, 0 changed" in run("feeds", "poll", "--all")[1]
    assert (post.web.requests[-1].path, "if-none-match" in post.web.requests[-1].headers) == ("/feed", True)
    assert asked(post.web, "/one") == 1, "an entry that stays as it is costs no page"

    post.entries["two"] = ("Bridge opened", "Tue, 24 Nov 2026 09:00:00 GMT", "Another teaser.")
    assert "Tollby Post: 1 new, 0 changed" in run("feeds", "poll", "--all")[1]
    told = say("what changed")
    assert "FIRST · HAPPENED “The minister opened the new bridge in Tollby on Monday" in told
    assert "figure: “40 million crowns” → “52 million crowns”" in told
    assert "[Tollby Post, 24 Nov 2026 ¶2]" in told

    post.web.routes["/one"] = page("Bridge to open", [*FRIDAY, LATER], "2026-11-20T08:00:00Z")
    post.entries["one"] = ("Bridge to open", "Fri, 20 Nov 2026 08:00:00 GMT", "A corrected teaser.")
    assert "Tollby Post: 0 new, 1 changed" in run("feeds", "poll", "--all")[1]
    corrected = say("what changed")
    assert f"“{LATER}”" in corrected
    assert FRIDAY[2] not in corrected.partition("with “")[0], "what was told is not told again"

    post.web.routes["/feed"] = (410, {}, "")
    assert "took the feed away for good (410)" in run("feeds", "poll", "--all")[1]
    count = asked(post.web, "/feed")
    assert run("feeds", "poll")[1] == "No feed is due."
    assert asked(post.web, "/feed") == count
    assert "no longer asked" in run("feeds", "list")[1]


def test_a_feed_that_has_moved_is_asked_at_its_new_address_after_three_times(post, run):
    run("feeds", "add", post.web.url + "/old-feed")
    for _ in range(3):
        run("feeds", "poll", "--all")
    before = asked(post.web, "/old-feed")
    code, out, _ = run("feeds", "poll", "--all", "--json")
    assert (code, json.loads(out)["feeds"][0]["url"]) == (0, post.web.url + "/feed")
    assert asked(post.web, "/old-feed") == before


def test_a_page_is_read_and_what_it_changes_is_told(post, run):
    assert "“The bridge has cost 40 million crowns so far" in run("read", post.web.url + "/one")[1]
    told = run("read", post.web.url + "/two")[1]
    assert "figure: “40 million crowns” → “52 million crowns”" in told
    code, out, _ = run("read", post.web.url + "/two", "--json")
    assert (code, json.loads(out)["sections"]) == (0, [])


def test_texts_at_addresses_are_compared_and_summarized_and_not_remembered(post, home, run):
    one, two = post.web.url + "/one", post.web.url + "/two"
    assert "figure: “40 million crowns” → “52 million crowns”" in run("changed", one, two)[1]
    assert "“The minister will open the new bridge" in run("summarize", post.web.url + "/feed")[1]
    assert not (home / "data").exists()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://10.0.0.1/x", "This address is not read"),
        ("http://127.0.0.1:1/", "80 and 443"),
        ("ftp://tollby.example/x", "http"),
        ("{web}/nowhere", "has no page at this address (HTTP 404)"),
        ("no-such-folder", "no-such-folder"),
    ],
)
def test_what_cant_be_read_ends_in_one_sentence(post, run, address, sentence):
    code, out, err = run("read", address.format(web=post.web.url))
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_one_bad_source_does_not_lose_the_others(post, run):
    code, out, err = run("read", post.web.url + "/one", post.web.url + "/nowhere")
    assert (code, "HTTP 404" in err) == (2, True)
    assert "“The bridge has cost 40 million crowns" in out


def test_a_feed_that_is_none_is_not_added(post, run):
    code, out, _ = run("feeds", "add", post.web.url + "/gone")
    assert (code, "The feed was not added." in out) == (1, True)
    assert run("feeds", "test", post.web.url + "/gone")[0] == 1
    assert run("feeds", "remove", post.web.url + "/gone")[0] == 1
    assert run("feeds", "list")[0] == 0
    assert "Tollby" not in run("feeds", "list")[1]


def test_a_list_of_feeds_comes_in_and_goes_out(post, home, run):
    (home / "feeds.opml").write_text(
        f'<opml version="2.0"><body><outline text="Post" xmlUrl="{post.web.url}/feed"/></body></opml>',
        "utf-8",
    )
    assert run("feeds", "import", "feeds.opml")[1] == "1 feed added; it is asked with the next poll."
    assert run("feeds", "import", "feeds.opml")[1] == "No feed of the list is new here."
    assert "Tollby Post: 1 new, 0 changed" in run("feeds", "poll")[1]
    assert f'title="Tollby Post" xmlUrl="{post.web.url}/feed"' in run("feeds", "export")[1]
    (home / "bad.opml").write_bytes(b"\x00\x01")
    assert run("feeds", "import", "bad.opml")[0] == 2
    assert run("feeds", "import", "missing.opml")[0] == 2


# --- a folder ----------------------------------------------------------------------------------------------------


@pytest.fixture
def story(home):
    folder = home / "story"
    folder.mkdir()
    (folder / "1_friday.txt").write_text("\n".join(FRIDAY), "utf-8")
    return folder


def test_a_chat_remembers_what_it_told_of_a_folder(story, say):
    assert FRIDAY[1] in say("what changed", folder=[story])
    assert "Nothing changed." in say("what changed", folder=[story])
    (story / "2_tuesday.txt").write_text("\n".join(TUESDAY), "utf-8")
    told = say("what changed", folder=[story])
    assert "figure: “40 million crowns” → “52 million crowns”" in told
    assert "[2 ¶2]" in told
    (story / "2_tuesday.txt").write_text("\n".join([*TUESDAY, LATER]), "utf-8")
    assert f"“{LATER}”" in say("what changed", folder=[story])


def test_one_folder_knows_nothing_of_another(story, home, say):
    say("what changed", folder=[story])
    other = home / "other"
    other.mkdir()
    (other / "1.txt").write_text(
        "A choir of Norby sang in the hall on Sunday, and everybody came.\n", "utf-8"
    )
    assert "piles" not in say("latest", "what changed", "what about the herring?", "sources", folder=[other])


def test_a_button_is_pressed_by_its_number_and_goodbye_ends_the_talk(story, say):
    out = say("latest", "1", "bye", "what changed", folder=[story])
    assert out.count("> ") == 3
    assert "They are not told" not in out


def test_a_question_gets_a_sentence_or_none(story, say):
    assert FRIDAY[1] in say("How much has the bridge cost?", folder=[story])
    assert "No sentence in 1 article says so." in say("What did the pilot say?", folder=[story])


def test_who_is_forgotten_is_told_everything_anew(story, run, say):
    say("what changed", folder=[story])
    assert json.loads(run("export", story)[1])["told"]
    run("forget", story)
    assert "told" not in json.loads(run("export", story)[1])
    assert FRIDAY[1] in say("what changed", folder=[story])


def test_a_backup_brings_back_what_was_told_but_nobody_who_was_forgotten_since(story, run, say):
    say("what changed", folder=[story])
    assert run("backup", "monday.db")[0] == 0
    assert "is there already" in run("backup", "monday.db")[2]
    run("forget", story)
    assert run("restore", "monday.db")[0] == 0
    assert "told" not in json.loads(run("export", story)[1])
    assert FRIDAY[1] in say("what changed", folder=[story])


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(100)])
def test_what_is_no_backup_is_not_restored(story, run, say, home, content):
    say("what changed", folder=[story])
    (home / "bad.db").write_bytes(content)
    code, _, err = run("restore", "bad.db")
    assert (code, err.count("\n")) == (2, 1)
    assert "Nothing changed." in say("what changed", folder=[story])


def test_any_bytes_may_be_typed(story):
    import subprocess
    import sys

    typed = b"what changed\n\xff\xfe\x00\x1b[31m\n" + b"x" * 100_000 + b"\n"
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", str(story)], input=typed, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b[31m" not in done.stdout
