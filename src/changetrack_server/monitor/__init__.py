"""The half of the reference orchestration that does something: fetch, store, judge, send.

    routes ─▶ store ◀─ loops ─▶ engine ─▶ walking ─▶ observing ─▶ the scrape of the endpoint
                          └───▶ delivery ─▶ webhooks | mail | other channels

    who asks        routes, keys
    one check       engine, walking, discovery, observing, insisting, judging
    who is told     delivery
    what is kept    store, transacting
    all of it       orchestra, loops, dice
    many of it      queue, worker

What is decided is decided in `changetrack.monitor`.
"""
