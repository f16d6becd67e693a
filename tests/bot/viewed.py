"""What views are made of, the same for every platform: pages, passages, and lines to choose from."""

from hypothesis import strategies as st

from bot.commands import Changed, ForgetMe, More, MuteTopic, Stop
from bot.replies import Button, Home, Item, Passage, Section
from summarizers import Digest, Line, Quotation
from summarizers.digest import sha256
from summarizers.types import LABELS

LOCK = Passage("The Post: A lock", "https://p.example/1", "It rained. ", "The lock\nfell.", " He wept.", 4)
STORIES = Home(  # more than a page of any platform holds
    (
        Section(
            "All",
            items=tuple(
                Item(f"Story {number}", "", Button("See", Changed(f"s{number}"))) for number in range(150)
            ),
        ),
    )
)


def page(place):
    """A page of three parts, with a button in two of them and a channel in one."""
    stories = Item("Ostwick lock", "3 new articles", Button("See", Changed("s1")))
    managed = Item("daily 09:00 UTC", "next", place=place)
    mine = Item("Everything", button=Button("Delete", ForgetMe()))
    return Home(
        (
            Section("Since you last looked", items=(stories,)),
            Section("Channels I manage", ("2 more are not listed.",), items=(managed,)),
            Section("My data", items=(mine,)),
        ),
        ("As of today.",),
    )


def page_of(place):
    """A page of one channel."""
    return Home((Section(items=(Item("daily", place=place),)),))


def full_page(text, place):
    """A page with the same words wherever words can stand."""
    items = (Item(text, text, Button(text, MuteTopic(text)), text, place),)
    linked = (Item(text, text, link="https://x.example/" + text), Item(text, text, place=place))
    return Home((Section(text, (text,), items=items), Section(text, items=linked)), (text,))


def full_passage(text):
    return Passage(text, f"https://x.example/{text}", text, text, text, 1)


def long_passage(words):
    """A sentence in the middle of a paragraph that is too long for any view."""
    return Passage("a", "", "far " * 900, words, " away" * 900)


def line(text, label="new", start=0):
    return Line(label, (Quotation(text, "a", start, start + len(text), sha256(text), 1),))


def lines(number):
    """A digest of so many lines."""
    return Digest("The lock", tuple(line(f"Sentence {n}.", start=n * 20) for n in range(number)))


def full_digest(text):
    """A digest with the same words in its title and in lines of many labels."""
    return Digest(
        text, tuple(line(text or "x", label, start) for start, label in enumerate([None, *LABELS[:9]]))
    )


WORDS = st.one_of(st.text(max_size=200), st.text(min_size=1, max_size=40).map(lambda text: text * 90))


def crowded(sections, items, mute):
    """Pages of many parts; `mute` is a word so long that hardly a button holds the command."""
    commands = [None, More(), Stop(), ForgetMe(), Changed("s" * 1_900), MuteTopic(mute)]
    item = st.builds(
        lambda text, command: Item(text, text[::-1], Button(text, command) if command else None),
        st.text(max_size=60).map(lambda text: text * 30),
        st.sampled_from(commands),
    )
    part = st.lists(item, max_size=items).map(lambda some: Section("Part", ("note",), items=tuple(some)))
    return st.lists(part, max_size=sections).map(lambda parts: Home(tuple(parts)))
