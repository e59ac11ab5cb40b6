"""The page as Playwright's accessibility snapshot gives it: one look, its layout, and what is pressed on it."""
