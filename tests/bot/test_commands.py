"""One grammar for every place: what is said becomes a command, and a command becomes words that give it again."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.commands import (
    HELP,
    LAST_SEEN,
    Ask,
    Changed,
    Compare,
    Disagreements,
    Export,
    Feeds,
    Follow,
    ForgetMe,
    Help,
    Latest,
    Me,
    More,
    MuteTopic,
    Open,
    Quiet,
    Read,
    Schedule,
    Shorter,
    ShowStory,
    ShowTimeline,
    Since,
    Sources,
    Status,
    Stop,
    Summarize,
    Unfollow,
    Unknown,
    Unmute,
    Why,
    moment,
    parse,
    words,
)
from bot.commands.hearing import plain
from bot.commands.parsing import LONGEST, LONGEST_WORDS
from bot.phrases import ENGLISH

FRIDAY = Since(weekday=4)
WEEK = timedelta(days=7)


def since(**parts):
    return Changed(since=Since(**parts))


SAID = {
    # changed
    "changed": Changed(),
    "/changed": Changed(),
    "/news changed": Changed(),
    "/NEWS Changed!": Changed(),
    "<@U123> what changed?": Changed(),
    "newsdelta, what changed": Changed(),
    "please, what's new?": Changed(),
    "Hi! What’s new?": Changed(),
    "what changed please!": Changed(),
    "has anything changed since Friday?": Changed(since=FRIDAY),
    "what has changed": Changed(),
    "anything new?": Changed(),
    "catch me up": Changed(),
    "whats new": Changed(),
    "any updates?": Changed(),
    "what's going on?": Changed(),
    "what's new from the Harbour Post": Changed("Harbour Post"),  # free words never post
    "latest from the Harbour Post": Changed("Harbour Post"),
    "what did I miss": Changed(),
    "can you catch me up on the harbour tunnel?": Changed("harbour tunnel"),
    "catch me up on the harbour tunnel since Friday": Changed("harbour tunnel", FRIDAY),
    "what changed in the ferry plan?": Changed("ferry plan"),
    "what's new with “Harbour: the tunnel”?": Changed("Harbour: the tunnel"),
    "changed harbour tunnel": Changed("harbour tunnel"),
    "changed harbour tunnel since 2025-05-19 full post": Changed("harbour tunnel", Since(date(2025, 5, 19)), "full", True),
    "changed harbour tunnel short since friday post": Changed("harbour tunnel", FRIDAY, "short", True),
    "changed short": Changed(length="short"),
    "changed short full": Changed("short", length="full"),
    'changed "short"': Changed("short"),
    'changed "war since brexit" since friday': Changed("war since brexit", FRIDAY),
    "what changed since Friday in the harbour tunnel?": Changed("harbour tunnel", FRIDAY),
    "what changed since Friday": Changed(since=FRIDAY),
    "what happened since Friday?": Changed(since=FRIDAY),
    "since Friday?": Changed(since=FRIDAY),
    "what changed since last friday": Changed(since=FRIDAY),
    "changed since Fri.": Changed(since=FRIDAY),
    "changed friday": Changed(since=FRIDAY),
    "changed since last-seen": Changed(),
    "what changed since I last looked?": Changed(),
    "what changed lately": Changed(),
    "changed since today": since(midnights=0),
    "what changed today?": since(midnights=0),
    "what changed since yesterday": since(midnights=1),
    "what changed this week": since(weekday=0),
    "changed since last week": since(ago=WEEK),
    "what changed in the last week": since(ago=WEEK),
    "what changed over the past two weeks?": since(ago=2 * WEEK),
    "changed 24h": since(ago=timedelta(hours=24)),
    "changed since 24 hours": since(ago=timedelta(hours=24)),
    "changed since an hour ago": since(ago=timedelta(hours=1)),
    "changed since 7d": since(ago=WEEK),
    "changed since 2 weeks": since(ago=2 * WEEK),
    "changed since two weeks ago": since(ago=2 * WEEK),
    "changed since the last 3 months": since(ago=timedelta(days=90)),
    "changed since 90min": since(ago=timedelta(minutes=90)),
    "changed since 19 May 2025": since(day=date(2025, 5, 19)),
    "changed since the 19th of May, 2025": since(day=date(2025, 5, 19)),
    "changed since May 19, 2025": since(day=date(2025, 5, 19)),
    "changed since 19.5.2025": since(day=date(2025, 5, 19)),
    "changed since May 19": since(month_day=(5, 19)),
    "changed since 29 feb": since(month_day=(2, 29)),
    "changed since Sept 3rd": since(month_day=(9, 3)),
    "changed since May": since(month_day=(5, 1)),
    "changed since March 2025": since(day=date(2025, 3, 1)),
    # lists and single stories
    "latest": Latest(),
    "latest 3": Latest(3),
    "news latest 3": Latest(3),
    "list the stories": Latest(),
    "latest ten": Latest(10),
    "latest news": Latest(),
    "what's the latest?": Latest(),
    "latest on the harbour tunnel": Changed("harbour tunnel"),
    "story harbour tunnel": ShowStory("harbour tunnel"),
    "story of the harbour tunnel": ShowStory("harbour tunnel"),
    "tell me about the harbour tunnel": ShowStory("harbour tunnel"),
    "more about the harbour tunnel": ShowStory("harbour tunnel"),
    "timeline": ShowTimeline(),
    "show me the timeline of the harbour tunnel": ShowTimeline("harbour tunnel"),
    "compare tunnel ferry": Compare("tunnel", "ferry"),
    'compare "harbour tunnel" "ferry strike"': Compare("harbour tunnel", "ferry strike"),
    "compare the harbour tunnel with the ferry strike": Compare("harbour tunnel", "ferry strike"),
    "compare harbour tunnel and ferry strike": Compare("harbour tunnel", "ferry strike"),
    "compare harbour tunnel vs. ferry strike": Compare("harbour tunnel", "ferry strike"),
    "compare war and peace with crime and punishment": Compare("war and peace", "crime and punishment"),
    "compare https://a.example/1 https://b.example/2": Compare("https://a.example/1", "https://b.example/2"),
    "open": Open(),
    "open harbour tunnel": Open("harbour tunnel"),
    "what is still open": Open(),
    "what's still open in the harbour tunnel?": Open("harbour tunnel"),
    "who disagrees": Disagreements(),
    "any disagreements?": Disagreements(),
    "where do they disagree?": Disagreements(),
    "who disagrees about the toll?": Disagreements("toll"),
    "where do the sources disagree": Disagreements(),
    "where do the sources disagree on the toll?": Disagreements("toll"),
    "sources": Sources(),
    "sources of the harbour tunnel": Sources("harbour tunnel"),
    # addresses
    "https://a.example/x?y=1": Read("https://a.example/x?y=1"),
    "<https://a.example/x|a.example>": Read("https://a.example/x"),
    "https://a.example/x.": Read("https://a.example/x"),
    "read https://a.example/x": Read("https://a.example/x"),
    "read a.example/x": Read("https://a.example/x"),
    "summarize": Summarize(),
    "give me a summary of the harbour tunnel": Summarize("harbour tunnel"),
    "summarise harbour tunnel": Summarize("harbour tunnel"),
    "summary of the harbour tunnel in five sentences": Summarize("harbour tunnel", 5),
    "summarize https://a.example/x 4": Summarize("https://a.example/x", 4),
    'summarize "flight 370"': Summarize("flight 370"),
    "feeds": Feeds("list"),
    "list feeds": Feeds("list"),
    "show me my feeds": Feeds("list"),
    "add feed https://a.example/rss": Feeds("add", "https://a.example/rss"),
    "add https://a.example/rss": Feeds("add", "https://a.example/rss"),
    "remove feed Harbour Post": Feeds("remove", "Harbour Post"),
    "feed add https://a.example/rss": Feeds("add", "https://a.example/rss"),
    "feeds test https://a.example/rss": Feeds("test", "https://a.example/rss"),
    "feeds remove Harbour Post": Feeds("remove", "Harbour Post"),
    # follow and mute
    "follow the harbour tunnel": Follow("harbour tunnel"),
    "unfollow ferry": Unfollow("ferry"),
    "unfollow everything": Stop(),
    "stop following the ferry": Unfollow("ferry"),
    "mute ferry": MuteTopic("ferry"),
    "mute: ferry": MuteTopic("ferry"),
    "mute ferry for a week": MuteTopic("ferry", WEEK),
    "mute ferry for the next 2 weeks": MuteTopic("ferry", 2 * WEEK),
    "mute ferry for 30d": MuteTopic("ferry", timedelta(days=30)),
    "mute ferry 7d": MuteTopic("ferry", WEEK),
    "mute ferry for always": MuteTopic("ferry"),
    "mute ferry forever": MuteTopic("ferry"),
    "mute calls for peace": MuteTopic("calls for peace"),
    "can you mute the ferry for a week?": MuteTopic("ferry", WEEK),
    "unmute ferry": Unmute("ferry"),
    # when digests come
    "schedule": Schedule("list"),
    "schedule add weekdays 7:30 Europe/Berlin": Schedule("add", "weekdays 7:30 Europe/Berlin"),
    "every weekday 7:30": Schedule("add", "every weekday 7:30"),
    "daily 7:30": Schedule("add", "daily 7:30"),
    "every 4 hours": Schedule("add", "every 4 hours"),
    "mondays at 9": Schedule("add", "mondays at 9"),
    "weekends 10:00": Schedule("add", "weekends 10:00"),
    "every monday": Schedule("add", "every monday"),
    "when is the next digest?": Schedule("list"),
    "every morning": Schedule("add", "every morning"),
    "schedule add weekdays 9:00 Europe/Berlin about the harbour bridge":
        Schedule("add", "weekdays 9:00 Europe/Berlin", "harbour bridge"),
    "schedule add daily 9:00 on the harbour bridge": Schedule("add", "daily 9:00", "harbour bridge"),
    "every weekday 7:30 about feed Example News": Schedule("add", "every weekday 7:30", "feed Example News"),
    "schedule daily 9:00, short, about ferry": Schedule("add", "daily 9:00,", "ferry", "short"),
    "schedule add daily 9:00 about ferry full": Schedule("add", "daily 9:00", "ferry", "full"),
    'schedule add daily 9:00 about "ferry full"': Schedule("add", "daily 9:00", "ferry full"),
    "schedule add short 9:00 on Mondays on Ferry": Schedule("add", "9:00 on Mondays", "Ferry", "short"),
    "schedule add daily 9:00 about the ferry Europe/Berlin": Schedule("add", "daily 9:00 Europe/Berlin", "ferry"),
    "schedule add daily 9:00 about the AC/DC ferry quiet 22-7 full":
        Schedule("add", "daily 9:00 quiet 22-7", "AC/DC ferry", "full"),
    "schedule add daily 9:00 about the quiet ferry": Schedule("add", "daily 9:00", "quiet ferry"),
    "schedule add 9:00 on the weekend": Schedule("add", "9:00 on the weekend"),
    "schedule add 9:00 on mon–fri": Schedule("add", "9:00 on mon–fri"),
    "schedule add 9:00 on Tues., Weds.": Schedule("add", "9:00 on Tues., Weds"),
    "mondays at 9 about everything": Schedule("add", "mondays at 9"),
    "schedule pause 2": Schedule("pause", "2"),
    "schedule retry s:1:2026-06-01T09:00": Schedule("retry", "s:1:2026-06-01T09:00"),
    "schedule delete 2": Schedule("remove", "2"),
    "schedule run": Schedule("run"),
    "quiet": Quiet(),
    "quiet 22-7": Quiet("22:00-07:00"),
    "quiet hours 22:00–07:30 Europe/Berlin": Quiet("22:00-07:30 Europe/Berlin"),
    "quiet from 10pm to 7 am": Quiet("22:00-07:00"),
    "quiet between 22 and 7": Quiet("22:00-07:00"),
    "quiet off": Quiet("off"),
    # the rest
    "why": Why(),
    "why 3": Why(3),
    "why line 3?": Why(3),
    "why is line 3 here?": Why(3),
    "why did I get this?": Why(),
    "me": Me(),
    "what am I following?": Me(),
    "forget me": ForgetMe(),
    "export": Export(),
    "status": Status(),
    "more": More(),
    "shorter": Shorter(),
    "stop": Stop(),
    "help": Help(),
    "?": Help(),
    "": Help(),
    "/news": Help(),
    "!!!": Help(),
    "hello": Help(),
    "hi there!": Help(),
    "help mute": Help("mute"),
    # questions
    "why did the mayor resign?": Ask("why did the mayor resign?"),
    "is it still open?": Ask("is it still open?"),
    "how long was the strike": Ask("how long was the strike"),
    "didn’t they meet": Ask("didn't they meet"),
    "Who's the mayor": Ask("Who's the mayor"),
    "harbour tunnel?": Ask("harbour tunnel?"),
    "the mayor resigned?": Ask("the mayor resigned?"),
    "tell me who resigned": Ask("who resigned"),
    "can you tell me how long the strike was?": Ask("how long the strike was?"),
    "could the tunnel open in May?": Ask("could the tunnel open in May?"),
    "what changed his mind?": Ask("what changed his mind?"),
    "what happened to the ferry?": Ask("what happened to the ferry?"),
    "who disagrees with the mayor?": Ask("who disagrees with the mayor?"),
    "what is new york doing?": Ask("what is new york doing?"),
    'ask "harbour tunnel" when does it open?': Ask("when does it open?", "harbour tunnel"),
    "ask: follow the ferry?": Ask("follow the ferry?"),
    "ask follow the ferry?": Ask("follow the ferry?"),
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_what_is_said_is_understood(text):
    assert parse(text) == SAID[text]


@pytest.mark.parametrize(
    "text",
    ["/news WHAT CHANGED since Friday", "What Changed Since FRIDAY?!", "what  changed\tsince\nfriday…"],
)
def test_neither_case_nor_blanks_nor_closing_marks_matter(text):
    assert parse(text) == Changed(since=FRIDAY)


def test_names_keep_their_spelling():
    assert parse("STORY McAdam Bridge") == ShowStory("McAdam Bridge")


WRONG = {  # what is said → why it can't be done, and what would work, in part
    "changed since blurb": ("unknown.since", "changed since 7d"),
    "changed since": ("unknown.since", "changed"),
    "changed toll since brexit": ("unknown.since", 'changed "toll since brexit"'),
    "changed toll since": ("unknown.since", "changed toll since 7d"),
    "what changed since the election?": ("unknown.since", "changed since 7d"),
    "changed since 31 February": ("unknown.since", "changed"),
    "changed since 99999 days": ("unknown.since", "changed"),
    "changed since 5/6/2025": ("unknown.since", "changed"),  # the fifth of June, or the sixth of May?
    "changed since 0001-01-01": ("unknown.since", "changed"),
    "story ferry since Friday": ("unknown.no_since", "changed ferry since Friday"),
    "timeline since Friday": ("unknown.no_since", "changed since Friday"),
    "summarize ferry since 7d": ("unknown.no_since", "changed ferry since 7d"),
    "mute ferry since Friday": ("unknown.no_since", "changed ferry since Friday"),
    "compare ferry with tunnel since Friday": ("unknown.no_since", "compare ferry with tunnel"),
    "latest 900": ("unknown.number", "latest 10"),
    "latest 0": ("unknown.number", "latest"),
    "latest -1": ("unknown.number", "latest"),
    "latest tunnel": ("unknown.number", "changed tunnel"),
    "summarize tunnel 900": ("unknown.number", 'summarize "tunnel 900"'),
    "mute": ("unknown.missing", "help mute"),
    "mute ferry for": ("unknown.span", "mute ferry for 7d"),
    "mute ferry for a while": ("unknown.span", "mute ferry for 7d"),
    "mute ferry until friday": ("unknown.span", "mute ferry for 7d"),
    "mute everything": ("unknown.everything", "stop"),
    "follow all": ("unknown.everything", "help follow"),
    "mute ferry for 0 days": ("unknown.span", "mute ferry for 7d"),
    "follow": ("unknown.missing", "help follow"),
    "story": ("unknown.missing", "help story"),
    'story ""': ("unknown.missing", "help story"),
    "ask": ("unknown.missing", "help ask"),
    "compare": ("unknown.compare", "help compare"),
    "compare ferry": ("unknown.compare", "help compare"),
    "compare harbour tunnel ferry strike": ("unknown.compare", "compare harbour tunnel with ferry strike"),
    "compare a1 with b1 with c1": ("unknown.compare", "help compare"),
    "read": ("unknown.url", "help read"),
    "read ftp://a.example/x": ("unknown.url", "help read"),
    "read https://me:secret@a.example/": ("unknown.url", "help read"),
    "read http://[": ("unknown.url", "help read"),
    "read the letter": ("unknown.url", "help read"),
    "read https://a.example/1 https://b.example/2": ("unknown.leftover", "read https://a.example/1"),
    "https://a.example/1 https://b.example/2": ("", "read https://a.example/1"),
    "look at https://a.example/1": ("", "read https://a.example/1"),
    "feeds add blurb": ("unknown.url", "feeds list"),
    "feeds remove": ("unknown.feeds", "feeds list"),
    "feeds https://a.example/rss": ("unknown.feeds", "feeds add https://a.example/rss"),
    "quiet 25-3": ("unknown.quiet", "quiet 22:00-07:00"),
    "quiet 7-7": ("unknown.quiet", "quiet off"),
    "quiet at night": ("unknown.quiet", "quiet 22:00-07:00"),
    "schedule add": ("unknown.schedule", "schedule add weekdays 7:30"),
    "schedule add daily 9:00 about": ("unknown.schedule", "schedule add daily 9:00"),
    "schedule add about the ferry": ("unknown.schedule", "schedule add weekdays 7:30"),
    "schedule blurb": ("unknown.schedule", "schedule list"),
    "schedule list all": ("unknown.leftover", "schedule list"),
    "why 0": ("unknown.line", "why"),
    "why 100": ("unknown.line", "why"),
    "help blurb": ("unknown.word", "help"),
    "help mtue": ("unknown.word", "help mute"),
    "forget me?": ("unknown.asked", "forget me"),
    "stop?": ("unknown.asked", "stop"),
    "follow the money?": ("unknown.asked", "ask follow the money?"),
    "forget everything": ("", "forget me"),
    "forget the ferry": ("", "unfollow ferry"),
    "stop the ferry": ("", "unfollow ferry"),
    "thanks!": ("unknown.thanks", "changed"),
    "thank you very much": ("unknown.thanks", "changed"),
    "chnged ferry": ("", "changed ferry"),
    "I would like to mute ferry": ("", "mute ferry"),
    "harbour tunnel": ("", "changed harbour tunnel"),
    "ferry": ("", "follow ferry"),
    "ferry since friday": ("", "changed ferry since Friday"),
    "full": ("", "changed full"),
    "ok": ("", "latest"),
    "42": ("", "latest"),
    "friday": ("", "changed since Friday"),
    "me too": ("", "me"),
    "do not send me this": ("", "stop"),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_what_would_work(text):
    reason, suggestion = WRONG[text]
    found = parse(text)
    assert isinstance(found, Unknown)
    assert found.reason == reason
    assert suggestion in found.suggestions


def test_a_question_mark_changes_nothing():
    for word in (
        "follow ferry",
        "unfollow ferry",
        "mute ferry",
        "unmute ferry",
        "quiet 22-7",
        "every 4 hours",
        "stop",
    ):
        assert parse(word + "?") == Unknown(f"{word}?", parse(word + "?").suggestions, "unknown.asked")


def test_every_reason_has_a_sentence():
    reasons = {reason for reason, _ in WRONG.values()} - {""} | {"unknown.long"}
    assert reasons <= ENGLISH.keys()
    assert {key for key in ENGLISH if key.startswith("unknown.")} - reasons == {"unknown.suggestions"}


# --- any text --------------------------------------------------------------------------------------------------------

PARTS = st.sampled_from(
    """changed latest story timeline compare open sources read summarize follow mute unmute schedule quiet feeds why me
    forget help more stop ask since friday for a week 7d 22-7 with and the in about short full post last add remove
    https://a.example/x ftp:// " ' “ ” ? ! . , \\ what is who disagrees "ferry strike" / <@U1> /news please hi""".split()
)  # fmt: skip


def check(text):
    found = parse(text)
    if isinstance(found, Unknown):
        assert len(set(found.suggestions)) == 3
        for suggestion in found.suggestions:
            assert len(suggestion) <= LONGEST_WORDS
            assert not isinstance(parse(suggestion), Unknown)
            assert words(parse(suggestion)) == suggestion
    else:
        assert parse(words(found)) == found or len(words(found)) > LONGEST
    return found


@given(st.text(max_size=200))
def test_any_text_is_a_command_or_has_three_suggestions_that_work(text):
    check(text)


@given(st.lists(PARTS, max_size=8).map(" ".join))
@settings(max_examples=400)
def test_any_words_of_the_grammar_are_a_command_or_have_three_suggestions_that_work(text):
    check(text)


@pytest.mark.parametrize(
    "unit",
    ['"', '\\"', '"\\', "'", " since", " since friday", "for ", "https://", "<@", "/news ", "please ", "[", "a.", "with ",
     "9", "hi ", "\u202e", "\x00", "e\u0301", "every ", "in the last ", "(((", "?", "…", "\ud800", "一"],
)  # fmt: skip
@pytest.mark.parametrize("head", ["", "changed ", "mute ", "compare ", "quiet ", 'ask "', "summarize "])
def test_repeated_marks_are_read_to_the_end(unit, head):
    check(head + unit * (LONGEST // len(unit)))


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "[" * 1_000_000, "changed " + " " * LONGEST])
def test_a_text_that_is_too_long_is_not_read(text):
    found = check(text)
    assert (found.reason, len(found.words) <= LONGEST_WORDS) == ("unknown.long", True)


def test_nothing_that_does_not_show_gets_into_a_name():
    assert parse("story har\u200bbour \u202etunnel\x1b[31m") == ShowStory("harbour tunnel [31m")


# --- words -----------------------------------------------------------------------------------------------------------

NAMES = st.one_of(
    st.sampled_from(["ferry", "harbour tunnel", "full", "war since friday", "flight 370", 'the "big" one', "for 7d", "with",
                     "C:\\ferry\\", "…", "a", "7d", "post", "me", "of", "what's new?", "https://a.example/x."]),
    st.text(min_size=1, max_size=40).map(plain).filter(bool),
)  # fmt: skip
NAME = NAMES | st.just("")
SINCE = st.one_of(
    st.just(LAST_SEEN),
    st.builds(Since, day=st.dates(date(1900, 1, 1), date(2100, 12, 31))),
    st.builds(Since, weekday=st.integers(0, 6)),
    st.builds(Since, ago=st.integers(1, 3660 * 24 * 60).map(lambda n: timedelta(minutes=n))),
    st.builds(Since, midnights=st.integers(0, 1)),
    st.builds(Since, month_day=st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day))),
)  # fmt: skip
COUNT = st.integers(1, 10)
URL = st.builds("https://a.example/{}".format, st.text("abc?=&.,|<>()[]%\"'-_~", max_size=20))
HOUR = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
QUIET = st.tuples(HOUR, HOUR, st.sampled_from(["", " Europe/Berlin", " UTC", " Etc/GMT+3"]))
COMMANDS = st.one_of(
    st.builds(Changed, NAME, SINCE, st.sampled_from([None, "short", "normal", "full"]), st.booleans()),
    st.builds(Latest, COUNT),
    st.builds(ShowStory, NAMES),
    st.builds(ShowTimeline, NAME),
    st.builds(Compare, NAMES, NAMES),
    st.builds(Open, NAME),
    st.builds(Disagreements, NAME),
    st.builds(Sources, NAME),
    st.builds(Read, URL),
    st.builds(Summarize, NAME | URL, COUNT),
    st.builds(Follow, NAMES),
    st.builds(Unfollow, NAMES),
    st.builds(MuteTopic, NAMES, st.none() | st.sampled_from([timedelta(days=1), WEEK, timedelta(hours=36)])),
    st.builds(Unmute, NAMES),
    st.sampled_from([Schedule("list"), Schedule("run", "2"), Schedule("pause"), Schedule("retry", "s:1:x")]),
    st.builds(Schedule, st.just("add"), st.sampled_from(["every 4 hours", "9:00 on monday quiet 22-7"]), NAME,
              st.sampled_from([None, "short", "normal", "full"])),
    QUIET.filter(lambda parts: parts[0] != parts[1]).map(lambda parts: Quiet(f"{parts[0]}-{parts[1]}{parts[2]}")),
    st.sampled_from([Quiet(), Quiet("off")]),
    st.builds(Feeds, st.just("add"), URL),
    st.builds(Feeds, st.sampled_from(["test", "remove"]), NAMES | URL),
    st.just(Feeds("list")),
    st.builds(Why, st.integers(1, 99)),
    st.sampled_from([Me(), ForgetMe(), Export(), Status(), More(), Shorter(), Stop(), Help()]),
    st.sampled_from([Help(usage.word) for usage in HELP]),
    st.builds(Ask, NAMES.filter(lambda name: any(map(str.isalnum, name))), NAME),
)  # fmt: skip


@given(COMMANDS)
@settings(max_examples=1500)
@example(Ask('"ferry" sank?', ""))
@example(MuteTopic("calls for a truce"))
@example(Changed("since friday", Since(midnights=1), "full", True))
def test_the_words_of_a_command_give_it_again(command):
    assert parse(words(command)) == command


@given(SINCE, st.sampled_from([None, "short", "normal", "full"]), st.booleans())
def test_the_words_fit_a_button_where_the_name_is_short(moment, length, post):
    assert len(words(Changed('the "big" one', moment, length, post))) <= LONGEST_WORDS


def test_quotation_marks_stand_only_where_they_are_needed():
    assert words(ShowStory("harbour tunnel")) == "story harbour tunnel"
    assert words(Changed("full")) == 'changed "full"'
    assert words(Compare("harbour tunnel", "ferry")) == "compare harbour tunnel with ferry"


# --- times -----------------------------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 5, 23, 20, 30, tzinfo=UTC)  # a Friday, 22:30 in Berlin


@pytest.mark.parametrize(
    ("asked", "zone", "expected"),
    [
        (LAST_SEEN, BERLIN, None),
        (FRIDAY, BERLIN, datetime(2025, 5, 22, 22, tzinfo=UTC)),
        (Since(weekday=5), BERLIN, datetime(2025, 5, 16, 22, tzinfo=UTC)),
        (FRIDAY, UTC, datetime(2025, 5, 23, tzinfo=UTC)),
        (FRIDAY, ZoneInfo("Asia/Tokyo"), datetime(2025, 5, 22, 15, tzinfo=UTC)),
        (Since(weekday=5), ZoneInfo("Asia/Tokyo"), datetime(2025, 5, 23, 15, tzinfo=UTC)),  # Saturday there already
        (Since(date(2025, 5, 19)), BERLIN, datetime(2025, 5, 18, 22, tzinfo=UTC)),
        (Since(ago=timedelta(hours=24)), BERLIN, datetime(2025, 5, 22, 20, 30, tzinfo=UTC)),
        (Since(midnights=0), BERLIN, datetime(2025, 5, 22, 22, tzinfo=UTC)),
        (Since(midnights=1), BERLIN, datetime(2025, 5, 21, 22, tzinfo=UTC)),
        (Since(month_day=(5, 19)), UTC, datetime(2025, 5, 19, tzinfo=UTC)),
        (Since(month_day=(5, 23)), UTC, datetime(2025, 5, 23, tzinfo=UTC)),
        (Since(month_day=(12, 24)), UTC, datetime(2024, 12, 24, tzinfo=UTC)),
        (Since(month_day=(2, 29)), UTC, datetime(2024, 2, 29, tzinfo=UTC)),
        (Since(date(2025, 3, 30)), BERLIN, datetime(2025, 3, 29, 23, tzinfo=UTC)),  # the day on which clocks go forward
        (Since(date(2025, 9, 7)), ZoneInfo("America/Santiago"), datetime(2025, 9, 7, 4, tzinfo=UTC)),  # it has no midnight
    ],
)  # fmt: skip
def test_a_time_is_a_moment_of_the_zone_of_who_asks(asked, zone, expected):
    assert moment(asked, NOW, zone) == expected


@given(SINCE, st.integers(631152000, 4102444800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
       st.sampled_from([UTC, BERLIN, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")]))  # fmt: skip
def test_every_time_has_a_moment_and_only_a_day_can_be_to_come(asked, now, zone):
    found = moment(asked, now, zone)
    assert (found is None) == (asked == LAST_SEEN)
    assert found is None or asked.day or found <= now


# --- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("usage", HELP)
def test_help_tells_what_works(usage):
    assert not isinstance(parse(usage.example), Unknown)
    assert usage.usage.startswith(usage.word)
    assert parse(f"help {usage.word}") == Help(usage.word)
    assert ENGLISH[f"help.{usage.word}"]


def test_every_word_that_does_something_is_in_the_help():
    spelled = {
        words(command).split()[0] for command in SAID.values() if not isinstance(command, Ask | Unknown)
    }
    assert spelled | {"ask"} == {usage.word.split()[0] for usage in HELP}
