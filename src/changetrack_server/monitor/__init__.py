"""The half of the reference orchestration that does something: fetch, store, judge, send.

    routes ─▶ store ◀─ loops ─▶ engine ─▶ walking ─▶ observing ─▶ the scrape of the endpoint
                          └───▶ delivery ─▶ webhooks | mail | other channels

What is decided is decided in `changetrack.monitor`.
"""
