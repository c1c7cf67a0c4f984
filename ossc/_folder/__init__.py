"""Folders and prefixes as wholes: `upload_folder`, `download_folder` and their kin.

A plan says file by file what there is to do, `_run` has threads do it, and each file has a
result of its own. The verbs that call this are in `ossc._folders` and `ossc._prefixes`;
nothing here is imported before one of them is used.
"""
