"""Readers of catalogue files: a file or its bytes become an `Upload`.

Each layout has a file here; `reading.py` finds out which one it has before it. Whatever
is wrong with a whole file is `Invalid` with one sentence; whatever is wrong with a row
is left to the engine, or noted on the upload.
"""
