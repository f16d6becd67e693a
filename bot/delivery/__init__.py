"""Delivery: what is due becomes rows of an outbox, is composed, sent once, and counts as told when it was sent.

A *lane* is one destination with its rows in order; only its first live row moves. Whoever works on a lane holds a lease
with a token that only grows, so that one who comes back too late changes nothing.
"""
