"""Work that is not for the event loop: what is done, where, by processes that may be killed.

route ─dispatch─▶ on the spot, if it is light
└▶ pool ─processes─▶ a process: worker ─jobs─▶ answer
"""
