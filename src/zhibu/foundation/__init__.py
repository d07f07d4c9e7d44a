"""What every module stands on: sealing, the chained audit, jobs, accounts, documents, search, notifications, obligations."""
