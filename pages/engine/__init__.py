"""What reads and acts on a page, without a word of the product: the screens stand on it."""
