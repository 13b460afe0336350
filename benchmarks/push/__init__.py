"""Orders that go to systems outside: how fast, and how late while one of the systems hangs."""
