"""What is asked of a language model: fields of a page, and whether a change matters.

An operator chooses the model; without one, nothing here runs. A page is material that may lie: it
is fenced on its way in, and what the model makes of it is checked on its way out.
"""
