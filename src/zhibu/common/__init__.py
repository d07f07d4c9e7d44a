"""What every layer may use: civil dates, identifiers, errors, the actor and scope protocols."""
