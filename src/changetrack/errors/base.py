"""What every error is."""

from __future__ import annotations

__all__ = [
    "ChangeTrackError",
    "quote",
]

# A message quotes what it was given, and what it was given may be a page.
_MAX_QUOTE = 60
# And a path is made of keys, which may be pages as well.
_MAX_PATH = 200


def quote(text: str) -> str:
    """Return a short piece of a text, with quotes around it, that is safe to show."""
    shown = text if len(text) <= _MAX_QUOTE else text[:_MAX_QUOTE] + "…"
    return ascii(shown) if not shown.isprintable() else f"'{shown}'"


class ChangeTrackError(Exception):
    """The base of every error of this library; never raised itself."""

    # Of the class; an error whose kinds stand in a table has those of its row.
    code: str = "invalid_request"
    reason: str = "invalid_request"

    def __init__(self, problem: str, remedy: str, path: str = "") -> None:
        super().__init__(problem, remedy, path)
        self.problem = problem
        self.remedy = remedy
        self.path = path

    def __str__(self) -> str:
        path = self.path if len(self.path) <= _MAX_PATH else self.path[:_MAX_PATH] + "…"
        where = f"{path}: " if path else ""
        return f"{where}{self.problem}; {self.remedy}"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), str(self)))

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own way replays the positional arguments, and some subclasses compute theirs.
        return (_restore, (type(self), dict(vars(self))))

    def under(self, prefix: str) -> ChangeTrackError:
        """Return this error seen from outside: `current` under `batch[3]` is `batch[3].current`."""
        joint = "." if prefix and self.path and not self.path.startswith("[") else ""
        return self.at(f"{prefix}{joint}{self.path}")

    def at(self, path: str) -> ChangeTrackError:
        """Return this error with its place spelled in another way."""
        return _restore(type(self), {**vars(self), "path": path})


def _restore(kind: type[ChangeTrackError], fields: dict[str, object]) -> ChangeTrackError:
    error = kind.__new__(kind)
    vars(error).update(fields)
    error.args = (error.problem, error.remedy, error.path)
    return error
