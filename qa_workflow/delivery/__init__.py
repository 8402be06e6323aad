"""Sends. Message bodies and the ways out."""
