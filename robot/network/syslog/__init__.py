"""Syslog of others, listened to: bounded, kept with the time of arrival, believed by nobody."""
