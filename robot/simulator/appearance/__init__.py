"""How a generation of the product looks, in a language: what its pages have, how they word it and draw it."""
