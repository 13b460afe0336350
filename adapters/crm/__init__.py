"""Systems that know deals."""
