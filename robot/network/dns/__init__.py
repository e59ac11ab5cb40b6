"""The DNS record of the site: asked at its own name servers, changed there by signed updates, and proved to have spread."""
