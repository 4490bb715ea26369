"""Privacy: pseudonyms, redaction, and the gate of public reports."""
