"""What of a page's JSON is tracked: the schemas of one call, each checked once (DESIGN §4.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff import read_rules
from changetrack._fielddiff.budget import share_budget
from changetrack.errors import ChangeTrackError

if TYPE_CHECKING:
    from changetrack._fielddiff import FieldRules
    from changetrack._fielddiff.budget import Budget as Likeness
    from changetrack._models import JsonValue, Limits, Options
    from changetrack._schema import Budget, CheckedSchema

NO_JSON = "current.json is missing, so it counts as empty"
NOTHING_TRACKED = "the schema declares no field of current.json, so none is tracked"

# What all schemas of one request may cost together, about ten seconds: a batch of 500 items under a
# plain schema spends a tenth of it.
REQUEST_STEPS = 2_000_000


class Scope:
    """What of one page's JSON is tracked, and what is to be doubted about it."""

    __slots__ = ("_budget", "_narrows", "_schema", "likeness", "rules")

    def __init__(
        self,
        schema: CheckedSchema | None = None,
        *,
        narrows: bool = False,
        budget: Budget | None = None,
        rules: FieldRules | None = None,
        likeness: Likeness | None = None,
    ) -> None:
        # How lists are aligned, and what does not count; None where nobody says.
        self.rules = rules
        # What finding like items may cost, together with other pages; None: each page for itself.
        self.likeness = likeness
        self._schema = schema
        self._narrows = narrows
        self._budget = budget

    def track(self, json: JsonValue) -> tuple[JsonValue, tuple[str, ...]]:
        """Return what is tracked of a page's JSON, and warnings."""
        if json is None:
            return None, (NO_JSON,)
        if self._schema is None:
            return json, ()
        from changetrack._schema import validate_fields

        warnings = validate_fields(json, self._schema, self._budget)
        tracked = self.narrow(json)
        return tracked, (*warnings, NOTHING_TRACKED) if json and not tracked else warnings

    def narrow(self, json: JsonValue) -> JsonValue:
        """Return what the schema declares of a value; all of it where it is not to narrow.

        Raises:
            InvalidSchema: that takes too much work.
        """
        if self._schema is None or not self._narrows:
            return json
        from changetrack._schema import project_fields

        try:
            return project_fields(json, self._schema, self._budget)
        except ChangeTrackError as error:
            raise error.under("schema") from None


# Where nothing is said: all of a page's JSON, by position, to the last digit.
EVERYTHING = Scope()


class Scopes:
    """The scopes of one call: a schema that pages share is checked once, and so are their rules.

    With `steps`, the work of all of them together is bounded, as a request from outside needs it;
    so is what finding like items costs.
    """

    def __init__(self, limits: Limits, steps: int | None = None) -> None:
        self._limits = limits
        self._steps = steps
        self._budget: Budget | None = None
        # By identity, and with the schema itself, so that no other can take its place in memory.
        self._checked: dict[int, tuple[JsonValue, CheckedSchema]] = {}
        self._rules: dict[tuple[int | str, ...], tuple[Options, FieldRules | None]] = {}
        self._likeness = None if steps is None else share_budget()

    def find(self, options: Options) -> Scope:
        """Return the scope of a page with these options.

        Raises:
            InvalidSchema: the schema cannot be used.
        """
        schema = options.schema
        if schema is None:
            if not options.asks_more:
                return EVERYTHING
            return Scope(rules=self._find_rules(options), likeness=self._likeness)
        # 8 ms; only with a schema
        from changetrack._schema import Budget, check_schema

        if self._budget is None and self._steps is not None:
            self._budget = Budget(self._steps)
        if id(schema) not in self._checked:
            try:
                self._checked[id(schema)] = (schema, check_schema(schema, self._limits))
            except ChangeTrackError as error:
                raise error.under("schema") from None
        checked = self._checked[id(schema)][1]
        return Scope(
            checked,
            narrows=options.track_only_schema,
            budget=self._budget,
            rules=self._find_rules(options, checked),
            likeness=self._likeness,
        )

    def _find_rules(
        self, options: Options, checked: CheckedSchema | None = None
    ) -> FieldRules | None:
        given = options.schema, options.list_keys, options.tolerance
        known = (options.order, *map(id, given))
        if known not in self._rules:
            keys = None
            if checked is not None:
                from changetrack._schema import find_list_keys

                keys = find_list_keys(checked)
            # With the options themselves, for the same reason as above.
            self._rules[known] = (options, read_rules(options, keys))
        return self._rules[known][1]
