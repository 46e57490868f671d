"""Configuring a questionnaire without YAML: from choosing a core to publishing."""
