"""Slack's payloads as a page: all that they say, and nothing that a browser would do."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import ForgetMe, More
from bot.ports import Target
from bot.render import slack_views
from bot.render.html import page
from bot.render.slack import SlackRenderer
from bot.replies import Button, Home, Item, Passage, Reply, Section
from summarizers import Article, Digest, Line, Quotation

TAGS = set(
    "html head meta title style body article h1 h2 p div span small b i a ul li blockquote br hr".split()
)
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;'` javascript:alert(1)"


class Looked(HTMLParser):
    """What a browser finds in a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.said, self.links = set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.said.append(data)


def drawn(*payloads, **names):
    looked = Looked(page("A <page>", payloads, names))
    assert looked.tags <= TAGS
    assert looked.attributes <= {"class", "href", "lang", "charset", "content", "http-equiv"}
    return looked


def message(text="It fell.", **more):
    line = Line("new", (Quotation(text, "a", 0, len(text), "", 1),))
    section = Section(text, (text,), Digest(text, (line, line)))
    article = Article("a", "", source="Post", url="https://post.example/a")
    [payload, *_] = SlackRenderer().render(Reply(text, (text,), (section,), (article,), **more), "answer")
    return payload


def test_a_message_is_drawn_with_its_words_its_links_and_its_buttons():
    looked = drawn(message(buttons=(Button("More", More()),)))
    said = "".join(looked.said)
    assert all(words in said for words in ("“It fell.”", "[Post ¶1]", "NEW", "More", "newsdelta"))
    assert looked.links == ["https://post.example/a#:~:text=It%20fell."] * 2


def test_a_message_without_blocks_is_its_text():
    assert "a < b & c" in "".join(drawn({"text": "a &lt; b &amp; c"}).said)


def test_views_are_drawn_with_channels_by_their_names():
    place = Target("slack", "T1", "channel", "C0QUAY")
    home = Home(
        (Section("Mine", items=(Item("daily", place=place), Item("x", button=Button("No", ForgetMe())))),)
    )
    passage = Passage("Post", "https://post.example", "Before. ", "It fell.", " After.", 2)
    digest = Digest("", (Line("new", (Quotation("It fell.", "a", 0, 8, "", 1),)),))
    looked = drawn(
        slack_views.home(home),
        slack_views.sources([passage]),
        slack_views.wrong_line(digest),
        slack_views.read_url(),
        C0QUAY="quay",
    )
    said = "".join(looked.said)
    assert all(
        words in said for words in ("#quay", "Before. ", "It fell.", " After.", "1 · “It fell.”", "Read")
    )
    assert {"blockquote", "b"} <= looked.tags


@pytest.mark.parametrize(
    ("block", "name"),
    [({"type": "video"}, "video"), ({"type": "rich_text", "elements": [{"type": "<b>"}]}, "<b>")],
)
def test_what_is_not_known_is_named(block, name):
    assert name in "".join(drawn({"blocks": [block]}).said)


def test_a_page_runs_and_loads_nothing():
    text = page("x", [message()])
    assert "default-src 'none'" in html.unescape(text)
    assert not any(word in text for word in ("<script", "src=", "@import", "url("))


def hostile(text):
    passage = Passage(text, "https://x.example/" + text, text, text, text)
    page = Home(
        (Section(text, (text,), items=(Item(text, text, Button(text, More())), Item(text, link=text))),)
    )
    return message(text), slack_views.home(page), slack_views.sources([passage]), slack_views.looking(text)


def test_hostile_words_are_words():
    assert "<script>alert(1)</script>" in "".join(drawn(*hostile(HOSTILE)).said)


@given(st.text(st.sampled_from("<>&\"'`=/ :;!-abjs\n"), min_size=1, max_size=60))
def test_whatever_is_said_is_no_markup(text):
    links = drawn(*hostile(text)).links
    assert all(link.startswith(("https://", "http://")) for link in links)
