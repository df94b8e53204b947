"""The segment language: text in, a SQL selectable of customer ids out; no server, no database."""
