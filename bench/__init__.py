"""The benchmark: ossc beside other clients and beside bare loops, on this machine.

Run it with `python -m bench`; see the README in this folder.
"""
