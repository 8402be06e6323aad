"""The framework's calendar and the bank holidays, as data, and their reader."""
