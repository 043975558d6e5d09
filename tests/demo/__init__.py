"""Tests of the invented month."""
