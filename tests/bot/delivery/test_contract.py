"""Each platform, as far as it is faked here, keeps the contract of a Delivery."""

import pytest

from tests.bot.delivery.contract import DeliveryContract
from tests.platforms import KINDS, Near


class TestNear(DeliveryContract):
    @pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
    def peer(self, request):
        return Near(request.param)
