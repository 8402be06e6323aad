"""The schema, step by step. Each file is `pre_` (safe before the new code) or `post_` (after it)."""
