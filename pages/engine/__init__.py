"""The engine below the screens: how the words of a page are to be taken, whatever screen they stand on."""
