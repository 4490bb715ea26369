"""The instruments of a study, filled in with what the study knows, written to be uploaded and to be printed."""
