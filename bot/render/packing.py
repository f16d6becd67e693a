"""How what stays together is laid into messages, of which each holds so much. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, Self, TypeVar


class Piece(Protocol):
    """What stays together; `kept` is for the first message, whatever else there is: what can be pressed."""

    @property
    def kept(self) -> bool: ...


P = TypeVar("P", bound=Piece)
P_contra = TypeVar("P_contra", bound=Piece, contravariant=True)


class Room(Protocol[P_contra]):
    """What a message still holds."""

    def less(self, taken: Iterable[P_contra]) -> Self:
        """What is left beside these pieces."""

    @property
    def fits(self) -> bool:
        """Whether nothing sticks out."""


def packed(found: Sequence[P], first: Room[P], further: Room[P]) -> Iterator[list[P]]:
    """The pieces in messages; each piece is in one, and none is empty."""
    kept = [piece for piece in found if piece.kept]
    message: list[P] = []
    room = first.less(kept)
    for piece in (piece for piece in found if not piece.kept):
        left = room.less([piece])
        if message and not left.fits:
            yield [*message, *kept]
            message, kept, left = [], [], further.less([piece])
        message.append(piece)
        room = left
    if message or kept:
        yield [*message, *kept]
