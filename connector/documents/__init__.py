"""Documents: a proposal written as a page, as PDF, as data and as UBL; nothing is fetched."""
