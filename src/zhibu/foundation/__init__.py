"""What every module stands on: sealing, audit, jobs, accounts, documents, search, obligations."""
