"""What a party of a day that is attacked is asked to do besides serving, party by party: `DEEDS` by name."""
