"""How an app gets the token of a workspace: for a code that its people gave it, and anew for one that ends.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from itertools import count
from math import inf
from typing import TYPE_CHECKING

from tests.fake_slack.world import No, Plain, Workspace

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack

LIFE = 43_200  # seconds of a token, where tokens end


class Installing:
    """Codes and tokens, as long and as lasting as the fake is told."""

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self._codes: dict[str, Workspace] = {}
        self._numbers = count(1)

    def code(self, team: Workspace) -> str:
        """What the app gets from people who let it in; good once."""
        code = f"code-{next(self._numbers)}"
        self._codes[code] = team
        return code

    def access(self, given: Plain) -> Plain:
        """What oauth.v2.access answers."""
        if given.get("client_id") != self._slack.app.client_id:
            raise No("invalid_client_id")
        if given.get("client_secret") != self._slack.app.client_secret:
            raise No("bad_client_secret")
        refreshes = given.get("grant_type") == "refresh_token"
        team = (
            self._refreshed(given.get("refresh_token", ""))
            if refreshes
            else self._let_in(given.get("code", ""))
        )
        lasting = {"refresh_token": team.refresh, "expires_in": LIFE} if team.refresh else {}
        return {
            **lasting,
            "access_token": team.token,
            "token_type": "bot",
            "scope": ",".join(team.scopes),
            "bot_user_id": team.bot,
            "app_id": self._slack.app.id,
            "team": {"id": team.id, "name": team.id.title()},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": next(person.id for person in team.people.values() if person.admin)},
        }

    def _let_in(self, code: str) -> Workspace:
        team = self._codes.pop(code, None)
        if team is None:
            raise No("invalid_code")
        team.earlier, team.lost = {}, ""
        self._give_token(team)
        return team

    def _refreshed(self, token: str) -> Workspace:
        """A new token beside the old one, which holds to its end; what it was given for is good once."""
        team = next((team for team in self._slack.teams.values() if token and team.refresh == token), None)
        if team is None or team.lost:
            raise No("invalid_refresh_token")
        team.earlier[team.token] = team.until
        self._give_token(team)
        return team

    def _give_token(self, team: Workspace) -> None:
        number = next(self._numbers)
        long = "x" * 170 if self._slack.long_tokens else ""
        team.token = f"{'xoxe.' if self._slack.rotates else ''}xoxb-{team.id}-{number}{long}"
        team.refresh = f"xoxe-{number}{long}" if self._slack.rotates else ""
        team.until = self._slack.now() + LIFE if self._slack.rotates else inf
