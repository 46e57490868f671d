"""Messages of iWmo and iJw as a client list: who was assigned support (301), where it began (305) and where it ended (307)."""
