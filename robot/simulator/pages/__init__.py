"""The pages of the simulated appliances: what they show, and what their controls do."""
