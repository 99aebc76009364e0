"""From CSS to XPath that takes linear time: what a selector asks of the element that it ends in.

cssselect parses. Its own translation walks from left to right, collects every element on the way
and counts siblings, which takes libxml2 quadratic time: `li:first-child` on a list of 100,000 items
takes half a minute. Here a selector becomes one condition on one element, and every look at its
ancestors or siblings stops at the first that will do.

That changes what `.a .b` means inside of an element: as in a browser it finds every `.b` in it that
has an `.a` around it, which may be outside of the element.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cssselect.parser import (
    Attrib,
    CombinedSelector,
    Element,
    Function,
    Negation,
    Pseudo,
    Relation,
    Tree,
    parse_series,
)
from cssselect.xpath import ExpressionError, HTMLTranslator, XPathExpr

from changetrack_server.extracting.costs import Cost

__all__ = ["Translator"]

# Nobody counts further, and libxml2 would read a longer number as infinite.
_FARTHEST = 1_000_000
# How much cheaper libxml2 passes a node by its name alone than by a condition on it (measured).
_BY_NAME = 1 / 32
# And a letter of its text.
_BY_LETTER = 1 / 64

_CONDITION = Cost(1)
# What costs more than a condition: by looking at all ancestors, or at all text below.
_COSTS = {
    "contains": Cost(_BY_LETTER, depth=1, letters=1).plus(_CONDITION),
    "disabled": Cost(4, depth=1).plus(Cost(8)),
    "enabled": Cost(4, depth=1).plus(Cost(8)),
    "lang": Cost(1, depth=1).plus(_CONDITION),
}


@dataclass(slots=True)
class _Run:
    """What has been said so far of the element that a combined selector has come to.

    `near` is asked while looking for the element: its own condition, and those of the siblings that
    `+` puts right before it. `rest` and `above` are asked of the one that was found: what is before
    and around it up to the last descendant combinator, and what is around all that.
    """

    near: XPathExpr
    cost: Cost
    rest: str = ""
    rest_cost: Cost = field(default_factory=Cost)
    # The way from the element to the first of its siblings that `near` speaks of: `rest` is its.
    back: str = ""
    above: str = ""
    above_cost: Cost = field(default_factory=Cost)
    # The way to the parent that is highest; what is around that one is in `above`.
    up: str = ""

    def followed_by(self, combinator: str, near: XPathExpr, cost: Cost) -> _Run:
        """Return what is said of the next element."""
        self.near, last = near, self.near
        if combinator == "+":
            near.add_condition(f"preceding-sibling::*[1]/self::{last}")
            self.back = f"preceding-sibling::*[1]/{self.back}"
            self.cost = self.cost.plus(cost)
            return self
        if combinator == " ":
            self._add_rest(last)
            self.above = f"ancestor::{last}[1]" + (f"/{self.up}{self.above}" if self.above else "")
            self.above_cost = self.above_cost.plus(self.cost.plus(self.rest_cost).for_ancestors())
            self.rest, self.rest_cost, self.up = "", Cost(), ""
        else:
            axis = f"parent::{last}" if combinator == ">" else f"preceding-sibling::{last}[1]"
            self.rest = axis + (f"/{self.back}{self.rest}" if self.rest else "")
            is_parent = combinator == ">"
            self.rest_cost = self.rest_cost.plus(
                self.cost if is_parent else self.cost.for_siblings()
            )
            self.up += "../" * is_parent
        self.back, self.cost = "", cost
        return self

    def close(self) -> XPathExpr:
        """Return all that is asked of the last element."""
        self._add_rest(self.near)
        if self.above:
            self.near.add_condition(f"{self.up}{self.above}")
        return self.near

    def _add_rest(self, expression: XPathExpr) -> None:
        if self.rest:
            expression.add_condition(f"{self.back}{self.rest}")


class Translator(HTMLTranslator):
    """Turns a parsed selector into a condition on an element; `cost` is what it takes.

    `xpath()` raises ExpressionError for what is not supported. Elements are found relative to the
    variable `$scope`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cost = Cost()

    def xpath(self, parsed_selector: Tree) -> XPathExpr:
        """Return what any part of a selector asks; its path is always empty."""
        if isinstance(parsed_selector, Function):
            self._spend(_COSTS.get(parsed_selector.name, _CONDITION))
        elif isinstance(parsed_selector, Pseudo):
            self._spend(_COSTS.get(parsed_selector.ident, _CONDITION))
        elif not isinstance(parsed_selector, CombinedSelector):
            by_name = isinstance(parsed_selector, Element)
            self._spend(Cost(_BY_NAME) if by_name else _CONDITION)
        return super().xpath(parsed_selector)

    def xpath_combinedselector(self, combined: CombinedSelector) -> XPathExpr:
        """Ask for elements that stand in relations, without ever coming back to one.

        Of all ancestors that will do the nearest is taken, and of all siblings: what is around or
        before another one is around or before it as well.
        """
        first, steps = _list_steps(combined)
        run = _Run(*self._measure(first))
        for combinator, tree in steps:
            run = run.followed_by(combinator, *self._measure(tree))
        self._spend(run.cost.plus(run.rest_cost).plus(run.above_cost))
        return run.close()

    def xpath_negation(self, negation: Negation) -> XPathExpr:
        """Ask for the opposite."""
        expression = self.xpath(negation.selector)
        inner = self.xpath(negation.subselector)
        inner.add_name_test()
        return expression.add_condition(f"not({inner.condition})" if inner.condition else "0")

    def xpath_relation(self, relation: Relation) -> XPathExpr:
        """Ask for what an element has in it, or after it."""
        expression = self.xpath(relation.selector)
        conditions = []
        for token, argument in relation.arguments:
            if isinstance(argument.parsed_tree, CombinedSelector):
                raise ExpressionError("a combination inside of :has() is not supported")
            inner, cost = self._measure(argument.parsed_tree)
            if token.value == " ":
                # All elements together have as many descendants as ancestors.
                cost = cost.for_ancestors()
            elif token.value == "~":
                cost = cost.for_siblings()
            self._spend(cost)
            conditions.append(_RELATIONS[str(token.value)].format(inner))
        return expression.add_condition(" or ".join(conditions))

    def xpath_element(self, selector: Element) -> XPathExpr:
        """Ask for a name."""
        if selector.namespace:
            raise ExpressionError("namespaces are not supported")
        return super().xpath_element(selector)

    def xpath_attrib(self, selector: Attrib) -> XPathExpr:
        """Ask for an attribute."""
        if selector.namespace:
            raise ExpressionError("namespaces are not supported")
        return super().xpath_attrib(selector)

    def xpath_nth_child_function(
        self,
        xpath: XPathExpr,
        function: Function,
        last: bool = False,  # noqa: FBT001, FBT002 - cssselect calls it so
        add_name_test: bool = True,  # noqa: FBT001, FBT002 - as above
    ) -> XPathExpr:
        """Ask for a position among all siblings, or among those of the same name."""
        try:
            step, offset = parse_series(function.arguments)
        except ValueError as error:
            raise ExpressionError(f":{function.name}() takes a position, such as 2n+1") from error
        node = "*" if add_name_test else xpath.element
        siblings = f"{'following' if last else 'preceding'}-sibling::{node}"
        before = max(-_FARTHEST, min(offset, _FARTHEST)) - 1
        if step not in {-1, 0, 1}:
            # The one thing that takes counting.
            self._spend(Cost(3 * _BY_NAME, width=1))
            return super().xpath_nth_child_function(xpath, function, last, add_name_test)
        return xpath.add_condition(_ask_position(siblings, step, before))

    def xpath_scope_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Ask for the element in which is looked."""
        return xpath.add_condition("count(. | $scope) = 1")

    def xpath_first_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Ask for the first child."""
        return xpath.add_condition(_ask_position("preceding-sibling::*", 0, 0))

    def xpath_last_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Ask for the last child."""
        return xpath.add_condition(_ask_position("following-sibling::*", 0, 0))

    def xpath_only_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Ask for an only child."""
        return self.xpath_last_child_pseudo(self.xpath_first_child_pseudo(xpath))

    def xpath_first_of_type_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Ask for the first of its name."""
        self._check_of_type_element(xpath, "first-of-type")
        return xpath.add_condition(_ask_position(f"preceding-sibling::{xpath.element}", 0, 0))

    def xpath_last_of_type_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Ask for the last of its name."""
        self._check_of_type_element(xpath, "last-of-type")
        return xpath.add_condition(_ask_position(f"following-sibling::{xpath.element}", 0, 0))

    def xpath_only_of_type_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Ask for the only one of its name."""
        return self.xpath_last_of_type_pseudo(self.xpath_first_of_type_pseudo(xpath))

    def _measure(self, tree: Tree) -> tuple[XPathExpr, Cost]:
        """Return what a part asks, and what that costs, which is not spent yet."""
        spent, self.cost = self.cost, Cost()
        expression = self.xpath(tree)
        cost, self.cost = self.cost, spent
        return expression, cost

    def _spend(self, cost: Cost) -> None:
        self.cost = self.cost.plus(cost)


_RELATIONS = {
    " ": "descendant::{}[1]",
    ">": "child::{}[1]",
    "+": "following-sibling::*[1]/self::{}",
    "~": "following-sibling::{}[1]",
}


def _list_steps(combined: CombinedSelector) -> tuple[Tree, list[tuple[str, Tree]]]:
    """Return the leftmost part, and what follows it, each with its combinator."""
    steps = []
    tree: Tree = combined
    while isinstance(tree, CombinedSelector):
        steps.append((tree.combinator, tree.subselector))
        tree = tree.selector
    return tree, steps[::-1]


def _ask_position(siblings: str, step: int, before: int) -> str:
    """Return the condition that so many siblings are there: exactly, at least or at most."""
    at_least = f"{siblings}[{before}]" if before > 0 else "1" if before == 0 or step == 1 else "0"
    at_most = f"not({siblings}[{before + 1}])" if before >= 0 else "0"
    if step == 1:
        return at_least
    return at_most if step else f"{at_least} and {at_most}"
