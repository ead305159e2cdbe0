"""Other systems' data: importing extracts and writing outside formats."""
