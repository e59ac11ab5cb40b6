"""The pair as a run works on it: both appliances, their sessions and readings, and a visitor of the site."""
