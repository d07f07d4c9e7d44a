"""The chained audit row, which is also the outbox: every change and every refusal leaves exactly one."""
