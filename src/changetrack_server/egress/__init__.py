"""Everything that comes from outside comes through here: one choke point, and no way around it.

    URL ─urls─▶ target ─permissions─▶ hop ─dialling─▶ socket ─inflating─▶ body ─charsets─▶ text

The check of an address sits where the socket is opened, so that redirects, robots.txt and the
language model's endpoint all pass it. `fetching` is what the rest of the server sees.
"""
