"""What the hub asks of other systems: one folder per port, one file per kind of system."""
