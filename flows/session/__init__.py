"""The pair as a run works on it: both appliances, their sessions, their readings, a visitor of the site."""
