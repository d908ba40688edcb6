"""Tables of the identity party: none of a batch, a code or a visit."""
