"""Slack, as far as an app meets it, on loopback: Web API, Socket Mode, signed requests, and the world as people see it.

It is strict: what Slack or a rule of ours does not take is refused and stands in `wrong`; an unknown method, channel or
argument is never passed over. In a test it lives beside the app (`async with FakeSlack() as slack`), in a thread
(`alongside`), or in a process of its own (`apart`); there it is asked through `Remote`.
"""

from tests.fake_slack.remote import Remote, alongside, apart
from tests.fake_slack.slack import App, Call, FakeSlack
from tests.fake_slack.world import SCOPES, No, Workspace

__all__ = ["SCOPES", "App", "Call", "FakeSlack", "No", "Remote", "Workspace", "alongside", "apart"]
