"""What a page means: a sign-in, a failure, a version, an obstacle, an agreement."""
