"""The API as a document (OpenAPI 3.1), made of the same tables as the answers: columns, formats, limits and words."""
