"""How much a change matters, what kind of change it is, and whether a condition is met."""
