"""Managed transfers: objects of any size in parts, several at a time.

A plan says which parts there are, one function moves a part, and `run_parts` has threads
do it. The verbs that call this are in `ossc._transfers`; nothing here is imported before
one of them is used.
"""
