"""A value that a caller wrote, and where it stands: whatever is wrong is said of that place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeVar

from changetrack._kinds import name_kind
from changetrack._spelling import to_camel, to_snake
from changetrack.errors import InvalidOption
from changetrack.errors.base import quote
from changetrack.errors.likeness import find_nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

_Word = TypeVar("_Word", bound=str)

# Pairs of letters in common, of all that there are: from here on, one was meant to be the other.
_LIKENESS = 0.5
# No word of ours is so long; more of one is not looked at.
_MOST_WORD = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A value and the path to it."""

    value: object
    path: str

    def refuse(self, problem: str, remedy: str) -> NoReturn:
        """Say what is wrong here.

        Raises:
            InvalidOption: always.
        """
        raise InvalidOption(problem, remedy, self.path)

    def fields(self, known: Sequence[str]) -> dict[str, Place]:
        """Return the fields of an object by their names in snake_case.

        Raises:
            InvalidOption: it is no object, a name is unknown, or there in both spellings.
        """
        if not isinstance(self.value, Mapping):
            names = ", ".join(map(to_camel, known))
            self.refuse(f"expected an object, got {name_kind(self.value)}", f"its keys: {names}")
        found: dict[str, Place] = {}
        for key, value in self.value.items():
            name = to_snake(key) if isinstance(key, str) and len(key) <= _MOST_WORD else ""
            if name not in known:
                # A key may be a page; the path shows the beginning of one.
                place = Place(value, f"{self.path}.{str(key)[:_MOST_WORD]}")
                place.refuse("unknown key", _suggest(str(key), tuple(map(to_camel, known))))
            place = Place(value, f"{self.path}.{key}")
            if name in found:
                place.refuse(f"{to_camel(name)} is given twice", "send one spelling only")
            found[name] = place
        return found

    def items(self, *, least: int = 0) -> list[Place]:
        """Return the items of a list.

        Raises:
            InvalidOption: it is no list, or has fewer items than it needs.
        """
        if not isinstance(self.value, (list, tuple)):
            self.refuse(f"expected a list, got {name_kind(self.value)}", "write [ … ]")
        if len(self.value) < least:
            self.refuse("the list is empty", "put at least one item into it, or leave it out")
        return [Place(item, f"{self.path}[{at}]") for at, item in enumerate(self.value)]

    def text(self, at_most: int) -> str:
        """Return a string that has more than blanks in it.

        Raises:
            InvalidOption: it is something else, or too long.
        """
        if not isinstance(self.value, str):
            self.refuse(f"expected a string, got {name_kind(self.value)}", "spell it out")
        if not self.value.strip():
            self.refuse("the text is empty", "write at least one character")
        if len(self.value) > at_most:
            self.refuse(f"{len(self.value):,} characters", f"shorten it to {at_most:,}")
        return self.value

    def boolean(self) -> bool:
        """Return true or false.

        Raises:
            InvalidOption: it is neither.
        """
        if not isinstance(self.value, bool):
            self.refuse(f"expected true or false, got {name_kind(self.value)}", "leave it out")
        return self.value

    def number(self) -> float:
        """Return a number as it is written.

        Raises:
            InvalidOption: it is none, or none that can be compared exactly.
        """
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            self.refuse(
                f"expected a number, got {name_kind(self.value)}", "write it without quotes"
            )
        if not -_LARGEST <= self.value <= _LARGEST:
            self.refuse("the number is too large", f"stay within ±{_LARGEST:g}")
        return self.value

    def one_of(self, known: Sequence[_Word]) -> _Word:
        """Return one of the known words.

        Raises:
            InvalidOption: it is none of them.
        """
        if not isinstance(self.value, str):
            problem = f"expected a string, got {name_kind(self.value)}"
            self.refuse(problem, f"use one of {', '.join(known)}")
        found = [word for word in known if word == self.value]
        if not found:
            self.refuse(f"unknown word {quote(self.value)}", _suggest(self.value, known))
        return found[0]


# As large as the numbers that the values of pages are read as; NaN is not within it either.
_LARGEST = 1e300


def choose_one(
    place: Place, fields: dict[str, Place], names: Sequence[_Word]
) -> tuple[_Word, Place]:
    """Return which of these names is there, and its value.

    Raises:
        InvalidOption: none of them is, or more than one.
    """
    given = [name for name in names if name in fields]
    if len(given) != 1:
        both = f"{' and '.join(given)} are given"
        problem = both if given else "nothing says what is to be checked"
        place.refuse(problem, f"use exactly one of {', '.join(names)}")
    return given[0], fields[given[0]]


def _suggest(word: str, known: Sequence[str]) -> str:
    nearest = find_nearest(word[:_MOST_WORD], known, least=_LIKENESS)
    valid = f"use one of {', '.join(known)}"
    return f"did you mean {nearest}? {valid}" if nearest else valid
