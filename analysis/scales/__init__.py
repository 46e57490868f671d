"""How well questions form a scale, and how well raters agree."""
