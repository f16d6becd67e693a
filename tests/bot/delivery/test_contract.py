"""Each platform, as far as it is faked here, keeps the contract of a Delivery: in this process, and in one of its own."""

import pytest

from tests.bot.delivery.chats import Far, chats
from tests.bot.delivery.contract import DeliveryContract
from tests.platforms import KINDS, Near

pytestmark = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with chats(tmp_path_factory.mktemp("chats")) as both:
        yield both


class TestNear(DeliveryContract):
    @pytest.fixture
    def peer(self, kind):
        return Near(kind)


class TestFar(DeliveryContract):
    @pytest.fixture
    def peer(self, both, kind):
        peer = Far(both, kind)
        peer.read(allowed=True)
        return peer
