"""What the proofs share: a server to start and kill, a plain HTTP client, cheap accounts and sessions, an outcome."""
