"""A council's year on a throw-away database: invented people live it through the real daemon pass."""
