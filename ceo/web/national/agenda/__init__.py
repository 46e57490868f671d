"""The pages on which national editors keep the knowledge agenda and the directory."""
