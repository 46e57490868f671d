"""What leaves besides the public files: microdata under agreements, made-up people to practise with, and deliveries to portals."""
