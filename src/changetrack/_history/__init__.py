"""A page over more than two snapshots: seen before, who changed which line, since when."""
