"""Real small files of the kinds that an appliance hands out: Windows installers and programs, as any reader takes them."""
