"""What the pictures of the README show is what Slack would get."""

from bench.pictures import DOCS, payloads
from tests.slack_rules import wrong_message, wrong_view


def test_the_pictures_are_of_payloads_that_slack_takes_and_there_is_news_in_them():
    made = dict(payloads())
    sent = {key: value for key, value in made["digest"].items() if key != "plain"}
    assert wrong_message(sent) == []
    assert "2 new articles" in sent["text"]
    assert wrong_view(made["home"]) == []
    headings = [block["text"]["text"] for block in made["home"]["blocks"] if block["type"] == "header"]
    assert headings == [
        "Since you last looked",
        "Following",
        "Muted",
        "My digest",
        "Quiet hours",
        "Channels I manage",
        "Feeds",
        "My data",
    ]
    assert {path.stem for path in DOCS.glob("*.png")} == made.keys()
