"""Servers under load: what is served beside us, how each is started, and how wrk reads."""
