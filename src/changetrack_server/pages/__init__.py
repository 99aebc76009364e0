"""What is read out of a fetched page: pure functions of its tree, run in a killable worker.

    text ──parse_document──▶ Document ──▶ metadata · links · cleaned HTML · doubts

Nothing here does I/O, looks at a clock or keeps anything; the same page always gives the same
answer. What puts it together is `changetrack_server.reading`.
"""
