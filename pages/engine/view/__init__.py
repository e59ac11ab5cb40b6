"""What a person sees on a page, and finds there by its words."""
