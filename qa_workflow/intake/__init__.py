"""Reads workbooks and CSV files into checked rows, and drops what could identify a child."""
