"""What check-in offers to the command line, party by party: its checks for `dure verify`."""
