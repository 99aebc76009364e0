"""The contenders that are not ours, each doing the work of `track()` in its own way."""
