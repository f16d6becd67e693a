"""What is beyond a limit of Discord is found, one case for each limit; what is at its limits is taken."""

import pytest

from tests.discord_rules import V2, needs_openapi, read, shown, wrong_command, wrong_message, wrong_window

SILENT = {"allowed_mentions": {"parse": []}}


def embed(**more):
    return {"embeds": [{"title": "Hello", "description": "x", **more}], **SILENT}


def embeds(*found):
    return {"embeds": list(found), **SILENT}


def plain(content="Hello", **more):
    return {"content": content, "flags": 4, **SILENT, **more}


def button(**more):
    return {"type": 2, "style": 2, "label": "More", "custom_id": "x", **more}


def numbered(count):
    return [button(custom_id=str(number)) for number in range(count)]


def row(*components):
    return {"type": 1, "components": list(components)}


def pressed(*components, **more):
    return {**embed(), "components": list(components), **more}


def display(text="Hello"):
    return {"type": 10, "content": text}


def section(*texts, **more):
    return {"type": 9, "components": list(texts), "accessory": button(), **more}


def second(*components, **more):
    return {"components": list(components), "flags": V2, **SILENT, **more}


def asked(**more):
    return {"type": 18, "label": "What?", "component": {"type": 4, "style": 2, "custom_id": "note", **more}}


def select(count):
    options = [{"label": "x", "value": str(number)} for number in range(count)]
    return {"type": 18, "label": "Which?", "component": {"type": 3, "custom_id": "line", "options": options}}


def window(*components, **more):
    return {"custom_id": "w", "title": "Which?", "components": list(components) or [asked()], **more}


GOOD = {
    "an embed": embed(title="x" * 256, description="x" * 4_096),
    "an embed of astral characters": embed(description="😀" * 4_096),
    "embeds of 6,000": embeds(*[{"description": "x" * 3_000}] * 2),
    "a field": embed(fields=[{"name": "x" * 256, "value": "x" * 1_024}]),
    "content": plain("x" * 2_000),
    "five rows of five": pressed(*[row(*numbered(25)[five : five + 5]) for five in range(0, 25, 5)]),
    "a long label and id": pressed(row(button(label="x" * 80, custom_id="x" * 100))),
    "a link": pressed(row({"type": 2, "style": 5, "label": "x", "url": "https://x.example"})),
    "an address": embed(url="https://x.example/a"),
    "forty components": second({"type": 17, "components": [display("x")] * 39}),
    "4,000 characters": second(display("x" * 2_000), section(display("x" * 2_000))),
    "our markup": plain("**bold**\n> quote\n-# small\n- one\n[link](https://x.example/a) <t:1700000000:f>"),
}
BAD = {  # by our own rules
    "content of 2,001": plain("x" * 2_001),
    "embeds of 6,001": embeds({"description": "x" * 3_001}, {"description": "x" * 3_000}),
    "embeds whose parts have 6,001": embed(
        description="x" * 4_096,
        footer={"text": "x" * 900},
        fields=[{"name": "x" * 100, "value": "x" * 900}],
    ),
    "nothing": {**SILENT},
    "blank content": plain(" \n"),
    "an empty embed": embeds({}),
    "a blank embed": embeds({"description": " "}),
    "a blank field name": embed(fields=[{"name": " ", "value": "x"}]),
    "a blank field value": embed(fields=[{"name": "x", "value": "\n"}]),
    "a script as an address": embed(url="javascript:alert(1)"),
    "mentions that ping": {**embed(), "allowed_mentions": {"parse": ["everyone"]}},
    "mentions left to Discord": {"embeds": [{"title": "x"}]},
    "previews of links": plain(flags=0),
    "embeds that nobody sees": {**embed(), "flags": 4},
    "six rows": pressed(*[row(one) for one in numbered(6)]),
    "six buttons in a row": pressed(row(*numbered(6))),
    "an empty row": pressed(row()),
    "a select beside a button": pressed(row(button(), {"type": 5, "custom_id": "s"})),
    "a blank label": pressed(row(button(label=" "))),
    "a label of 81": pressed(row(button(label="x" * 81))),
    "a custom_id of 101": pressed(row(button(custom_id="x" * 101))),
    "two custom_ids alike": pressed(row(button(), button())),
    "two custom_ids alike, in two rows": pressed(row(button()), row(button())),
    "a button that does nothing": pressed(row({"type": 2, "style": 2, "label": "x"})),
    "a button that does two things": pressed(row(button(url="https://x.example"))),
    "a link to a script": pressed(row({"type": 2, "style": 5, "label": "x", "url": "javascript:x"})),
    "a link of 513": pressed(row({"type": 2, "style": 5, "label": "x", "url": "https://" + "x" * 505})),
    "a button without a row": pressed(button()),
    "a text of the second version without its flag": {
        **SILENT,
        "components": [display()],
        "embeds": [{"title": "x"}],
    },
    "the second version beside an embed": {**second(display()), "embeds": [{"title": "x"}]},
    "the second version beside content": {**second(display()), "content": "x"},
    "41 components, nested": second({"type": 17, "components": [section(display())] * 14}),
    "4,001 characters in texts": second(display("x" * 2_001), display("x" * 2_000)),
    "a blank text": second(display(" ")),
    "markup in a text": second(display("@everyone")),
    "markup in a title": embed(title="a *"),
    "markup in a field": embed(fields=[{"name": "x", "value": "<@1>"}]),
    "another shape": {**SILENT, "embeds": ["x"]},
}
STRICT = {  # by Discord's own schemas
    "a title of 257": embed(title="x" * 257),
    "a description of 4,097": embed(description="x" * 4_097),
    "a footer of 2,049": embed(footer={"text": "x" * 2_049}),
    "a field name of 257": embed(fields=[{"name": "x" * 257, "value": "x"}]),
    "a field value of 1,025": embed(fields=[{"name": "x", "value": "x" * 1_025}]),
    "26 fields": embed(fields=[{"name": "x", "value": "x"}] * 26),
    "11 embeds": embeds(*[{"title": "x"}] * 11),
    "a colour beyond white": embed(color=0x1000000),
    "an address of 2,049": embed(url="https://" + "x" * 2_041),
    "a nonce of 26": {**embed(), "nonce": "x" * 26},
    "41 components": second(*[display("x")] * 41),
    "a text of 4,001": second(display("x" * 4_001)),
    "an empty text": second(display("")),
    "4 texts in a section": second(section(*[display("x")] * 4)),
    "a section without something beside it": second({"type": 9, "components": [display()]}),
    "a component that nobody knows": second({"type": 99}),
    "a key that is none": embed(titel="x"),
    "an argument that is none": {**embed(), "contnet": "x"},
    "a button of another style": pressed(row(button(style=9))),
}
MARKUP = [
    "@everyone", "<@1>", "<@&1>", "<#2>", "</cmd:1>", "<t:0:Q>", "<id:guide>", "<https://x.example>", "https://x.example",
    "[a](javascript:x)", "[a]", "***x", "*a*", "**a", "_a_", "__a__", "~~a~~", "||a||", "`a`", "```a", ":x:", "<:x:1>",
    "# a", "### a", "-# # a", "> # a", "- 1. a", "1. a", "  - a", "+ a", "* a", ">>> a", "a \\", "[x](https://a.example/ b)",
]  # fmt: skip
PLAIN = [
    "a",
    "a - b",
    "1.5 and 2",
    "a. b",
    "\\@everyone",
    "\\*\\*a\\*\\*",
    "“a”",
    "**a**",
    "> a",
    "-# a",
    "- a",
]
BAD_WINDOWS = {
    "six components": window(*[asked(custom_id=str(number)) for number in range(6)]),
    "nothing asked": window({"type": 10, "content": "x"}),
    "a title of 46": window(title="x" * 46),
    "a blank title": window(title=" "),
    "two ids alike": window(asked(), asked()),
}
STRICT_WINDOWS = {
    "a label of 46": window({**asked(), "label": "x" * 46}),
    "26 options": window(select(26)),
    "no option": window(select(0)),
    "a key that is none": window(asked(maximum=1)),
}


@pytest.mark.parametrize("message", GOOD.values(), ids=GOOD)
def test_a_message_at_its_limits_is_taken(message):
    assert wrong_message(message) == []


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_a_message_beyond_a_limit_is_found_without_discords_schemas(message, monkeypatch):
    monkeypatch.setattr("tests.discord_rules.by_openapi", lambda *_: [])
    assert wrong_message(message) != []


@needs_openapi
@pytest.mark.parametrize("message", STRICT.values(), ids=STRICT)
def test_a_message_beyond_a_limit_is_found_by_discords_schemas(message):
    assert any(found.startswith("MessageCreateRequest") for found in wrong_message(message))


@needs_openapi
def test_an_answer_is_held_to_less_than_a_message_of_a_channel():
    assert any(
        found.startswith("Incoming")
        for found in wrong_message(plain("x" * 2_001), "IncomingWebhookRequestPartial")
    )


@pytest.mark.parametrize("text", MARKUP)
def test_what_discord_would_read_is_found(text):
    assert read(text) != []
    assert read(f"a\n{text}") != []


@pytest.mark.parametrize("text", PLAIN)
def test_what_discord_would_not_read_is_not(text):
    assert read(text) == []


def test_what_is_seen_of_a_text_is_it_without_its_markup():
    assert shown("> **a\\*** [b\\_](https://x.example)\n-# c\\.") == "a* b_\nc."


def test_a_window_is_taken():
    assert wrong_window(window(asked(), select(25), {"type": 10, "content": "x"})) == []


@pytest.mark.parametrize("modal", BAD_WINDOWS.values(), ids=BAD_WINDOWS)
def test_a_window_beyond_a_limit_is_found_without_discords_schemas(modal, monkeypatch):
    monkeypatch.setattr("tests.discord_rules.by_openapi", lambda *_: [])
    assert wrong_window(modal) != []


@needs_openapi
@pytest.mark.parametrize("modal", STRICT_WINDOWS.values(), ids=STRICT_WINDOWS)
def test_a_window_beyond_a_limit_is_found_by_discords_schemas(modal):
    assert wrong_window(modal) != []


# -- commands ----------------------------------------------------------------------------------------------------------


def slash(name="news", about="What changed", **more):
    return {"type": 1, "name": name, "description": about, **more}


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (slash(), ""),
        ({"type": 3, "name": "What changed here?"}, ""),
        (slash("News"), "name 'News'"),
        (slash(name_localizations={"de": "was neues"}), "name 'was neues'"),
        (slash("n" * 33), "name"),
        (slash(about="w" * 101), "description"),
        (slash(description_localizations={"de": " "}), "description"),
        (slash(options=[slash(f"a{number}") for number in range(26)]), "too many"),
        (slash(options=[slash("a"), slash("a")]), "a twice"),
        (slash(options=[slash(name, name_localizations={"de": "x"}) for name in "ab"]), "x twice"),
        (slash(options=[slash(str(n), options=[slash(str(m), "w" * 99) for m in range(20)]) for n in range(5)]), "a command of"),
    ],
)  # fmt: skip
def test_a_command_obeys_discord_in_every_language(command, found):
    wrong = wrong_command(command)
    assert (found in " · ".join(wrong)) if found else not wrong
