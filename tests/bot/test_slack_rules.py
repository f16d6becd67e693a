"""What is beyond a limit of Slack is found, one case for each limit; what is at its limits is taken."""

import pytest

from tests.slack_rules import wrong_message, wrong_view

PLAIN = {"text": "Hello", "unfurl_links": False, "unfurl_media": False}


def text(words, **more):
    return {"type": "plain_text", "text": words, "emoji": False, **more}


def mrkdwn(words):
    return {"type": "mrkdwn", "text": words}


def button(**more):
    return {"type": "button", "action_id": "say-1", "text": text("More"), **more}


def section(**more):
    return {"type": "section", "text": text("Hello"), **more}


def select(**more):
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def option(words="One", value="1", **more):
    return {"text": text(words), "value": value, **more}


def confirm(**more):
    return {"title": text("Sure?"), "text": text("Sure"), "confirm": text("Yes"), "deny": text("No"), **more}


def asked(element=None, **more):
    element = element or {"type": "plain_text_input", "action_id": "i"}
    return {"type": "input", "block_id": "b", "label": text("What?"), "element": element, **more}


def rich(*elements):
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def picture(**more):
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A line", **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def context(*elements):
    return {"type": "context", "elements": list(elements)}


def cells(*rows):
    return {"type": "table", "rows": [[{"type": "raw_text", "text": word} for word in row] for row in rows]}


def dots(number):
    return [option("One", str(each)) for each in range(number)]


GOOD_BLOCKS = [
    {"type": "header", "text": text("x" * 150)},
    section(text=text("x" * 3_000), accessory=button(text=text("x" * 75), value="x" * 2_000)),
    section(text=None, fields=[text("x" * 500)] * 10),
    context(*[text("x" * 800)] * 10),
    actions(*[button(action_id=str(number)) for number in range(25)]),
    actions(button(confirm=confirm())),
    section(accessory=select(options=dots(100))),
    section(accessory={"type": "overflow", "action_id": "o", "options": dots(5)}),
    asked(),
    rich({"type": "text", "text": "x" * 2_900}),
    rich({"type": "link", "url": "https://x.example", "text": "x"}),
    picture(),
    {"type": "divider"},
    {"type": "markdown", "text": "x" * 10_000},
    cells(["a", "b"], ["c", "d"]),
]
BAD_BLOCKS = {
    "a header of 151": {"type": "header", "text": text("x" * 151)},
    "a header of mrkdwn": {"type": "header", "text": mrkdwn("x")},
    "a header whose emoji are drawn": {"type": "header", "text": {"type": "plain_text", "text": ":x:"}},
    "a header without text": {"type": "header"},
    "a section of 3,001": section(text=text("x" * 3_001)),
    "an empty section": section(text=text("")),
    "a section of nothing": {"type": "section"},
    "a section with a mention": section(text=mrkdwn("<!channel>")),
    "a section with a bare ampersand": section(text=mrkdwn("a & b")),
    "11 fields": section(fields=[text("x")] * 11),
    "a field of 2,001": section(fields=[text("x" * 2_001)]),
    "11 elements of context": context(*[text("x")] * 11),
    "an empty context": context(),
    "a context of 3,001": context(text("x" * 3_001)),
    "a context with a mention": context(mrkdwn("<@U1>")),
    "26 buttons": actions(*[button(action_id=str(number)) for number in range(26)]),
    "no button": actions(),
    "a button of 76": actions(button(text=text("x" * 76))),
    "a button of mrkdwn": actions(button(text=mrkdwn("x"))),
    "a button whose value has 2,001": actions(button(value="x" * 2_001)),
    "a button whose url has 3,001": actions(button(url="https://" + "x" * 3_000)),
    "a button whose label has 76": actions(button(accessibility_label="x" * 76)),
    "a button without action_id": actions({"type": "button", "text": text("x")}),
    "an action_id of 256": actions(button(action_id="x" * 256)),
    "two action_ids alike": actions(button(), button()),
    "a block_id of 256": section(block_id="x" * 256),
    "a confirmation with a title of 101": actions(button(confirm=confirm(title=text("x" * 101)))),
    "a confirmation with a text of 301": actions(button(confirm=confirm(text=text("x" * 301)))),
    "a confirmation with a yes of 31": actions(button(confirm=confirm(confirm=text("x" * 31)))),
    "a confirmation with a no of 31": actions(button(confirm=confirm(deny=text("x" * 31)))),
    "101 options": section(accessory=select(options=dots(101))),
    "no options": section(accessory=select(options=[])),
    "a placeholder of 151": section(accessory=select(placeholder=text("x" * 151))),
    "an option of 76": section(accessory=select(options=[option("x" * 76)])),
    "an option whose value has 151": section(accessory=select(options=[option(value="x" * 151)])),
    "an option described in 76": section(accessory=select(options=[option(description=text("x" * 76))])),
    "101 groups": section(
        accessory={
            "type": "static_select",
            "action_id": "s",
            "option_groups": [{"label": text("x"), "options": dots(1)}] * 101,
        }
    ),
    "a group with a label of 76": section(
        accessory={
            "type": "static_select",
            "action_id": "s",
            "option_groups": [{"label": text("x" * 76), "options": dots(1)}],
        }
    ),
    "6 ways of an overflow": section(accessory={"type": "overflow", "action_id": "o", "options": dots(6)}),
    "11 boxes": section(accessory={"type": "checkboxes", "action_id": "o", "options": dots(11)}),
    "11 radio buttons": section(accessory={"type": "radio_buttons", "action_id": "o", "options": dots(11)}),
    "an input with a label of 2,001": asked(label=text("x" * 2_001)),
    "an input with a label of mrkdwn": asked(label=mrkdwn("x")),
    "an input with a hint of 2,001": asked(hint=text("x" * 2_001)),
    "an input whose placeholder has 151": asked(
        {"type": "plain_text_input", "action_id": "i", "placeholder": text("x" * 151)}
    ),
    "a rich_text of 2,901": rich({"type": "text", "text": "x" * 2_901}),
    "a rich_text of nothing": {"type": "rich_text", "elements": []},
    "a rich_text with an empty element": rich({"type": "text", "text": ""}),
    "a rich_text with a broadcast": rich({"type": "broadcast", "range": "here"}),
    "a rich_text with another's link": rich({"type": "link", "url": "javascript:x", "text": "x"}),
    "a rich_text indented by 9": {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 9,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
            }
        ],
    },
    "a picture without alt text": {"type": "image", "image_url": "https://x.example/a.png"},
    "a picture with an alt text of 2,001": picture(alt_text="x" * 2_001),
    "a picture with a url of 3,001": picture(image_url="https://" + "x" * 3_000),
    "a picture with a title of 2,001": picture(title=text("x" * 2_001)),
    "markdown of 12,001": {"type": "markdown", "text": "x" * 12_001},
    "markdown with a mention": {"type": "markdown", "text": "<!here>"},
    "a table of 101 rows": cells(*[["a"]] * 101),
    "a table of 21 columns": cells(["a"] * 21),
    "a table of uneven rows": cells(["a"], ["a", "b"]),
    "a table of 10,001": cells(["x" * 10_001]),
    "a block with a key that is none": section(txt=text("x")),
    "a block that nobody knows": {"type": "carousell"},
    "a block of another shape": {"type": "section", "text": "Hello"},
}
BAD_MESSAGES = {
    "51 blocks": {"blocks": [{"type": "divider"}] * 51},
    "10,001 characters": {
        "blocks": [section(text=text("x" * 2_500)) for _ in range(4)] + [context(text("x"))]
    },
    "two block_ids alike": {"blocks": [section(block_id="b")] * 2},
    "two tables": {"blocks": [cells(["a"])] * 2},
    "a text of 3,001 bytes": {"text": "x" * 3_001},
    "a blank text": {"text": " "},
    "no text beside blocks": {"text": "", "blocks": [section()]},
    "a mention": {"text": "<!channel>"},
    "a disguised link": {"text": "<https://evil.example|bank.example>"},
    "a bare ampersand": {"text": "a & b"},
    "previews of links": {"unfurl_links": True},
    "previews of media": {"unfurl_media": None},
    "names as mentions": {"link_names": True},
    "parsing in full": {"parse": "full"},
    "markdown_text": {"markdown_text": "x"},
    "another's name": {"username": "Slackbot"},
    "attachments": {"attachments": [{"text": "x"}]},
}


def modal(**more):
    return {"type": "modal", "title": text("Sources"), "blocks": [section()], **more}


BAD_VIEWS = {
    "101 blocks": modal(blocks=[{"type": "divider"}] * 101),
    "no block": modal(blocks=[]),
    "a title of 25": modal(title=text("x" * 25)),
    "a title of mrkdwn": modal(title=mrkdwn("x")),
    "no title": {"type": "modal", "blocks": [section()]},
    "a submit of 25": modal(submit=text("x" * 25)),
    "a close of 25": modal(close=text("x" * 25)),
    "private_metadata of 3,001": modal(private_metadata="x" * 3_001),
    "a callback_id of 256": modal(callback_id="x" * 256),
    "an external_id of 256": modal(external_id="x" * 256),
    "an input that nothing submits": modal(blocks=[asked()]),
    "markdown": modal(blocks=[{"type": "markdown", "text": "x"}]),
    "250 kB": modal(blocks=[section(text=text("x" * 2_900)) for _ in range(90)]),
    "an argument that is none": modal(tittle=text("x")),
    "a block that is wrong": modal(blocks=[section(text=text("x" * 3_001))]),
}


@pytest.mark.parametrize("block", GOOD_BLOCKS, ids=lambda block: block["type"])
def test_a_block_at_its_limits_is_taken(block):
    block = {key: value for key, value in block.items() if value is not None}
    assert wrong_message({**PLAIN, "blocks": [block]}) == []


@pytest.mark.parametrize("block", BAD_BLOCKS.values(), ids=BAD_BLOCKS)
def test_a_block_beyond_a_limit_is_found(block):
    assert wrong_message({**PLAIN, "blocks": [block]}) != []


@pytest.mark.parametrize("message", BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_a_message_beyond_a_limit_is_found(message):
    assert wrong_message(PLAIN) == []
    assert wrong_message({**PLAIN, **message}) != []


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_a_view_beyond_a_limit_is_found(view):
    assert (
        wrong_view(modal(submit=text("Go"), blocks=[asked(), section()], private_metadata="x" * 3_000)) == []
    )
    assert wrong_view(view) != []
