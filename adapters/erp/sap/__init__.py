"""Orders for SAP S/4HANA."""
