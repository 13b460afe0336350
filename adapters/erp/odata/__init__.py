"""What OData services of either version are spoken to with."""
