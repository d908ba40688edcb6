"""The prover: random campaigns against the law of messages, through the pure rules and through the senders themselves."""
