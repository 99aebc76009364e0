"""What a change is beyond its lines: where on the page, what in a line, what moved."""
