"""Checks of the mail that need a browser, a spam filter or another program: `make email-qa`. Not part of the tests.

Everything a plain test can see is in tests/digests and tests/deliver; docs/email-qa.md says which row is checked where.
"""
