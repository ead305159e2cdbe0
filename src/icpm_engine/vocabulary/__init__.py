"""What can happen in a case: typed kinds of event, one module per area, and the registry of them all."""
