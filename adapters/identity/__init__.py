"""Who vouches for callers: the CRM environments and the keys they sign with."""
