"""Remembers. The only room that knows SQLModel."""
