"""Lines to the other parties: what is said to whom (`types.messages`), over signed messages (`dure.kit.peers`)."""
