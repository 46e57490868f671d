"""What municipalities do together, and the knowledge agenda."""
