"""Decides what happens next. Pure: no clock, no randomness, no input or output."""
