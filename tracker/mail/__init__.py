"""Outgoing mail: outbox, ledger and senders; knows no feature."""
