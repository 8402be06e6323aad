"""Shapes that several processes share."""
