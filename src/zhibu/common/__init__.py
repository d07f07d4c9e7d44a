"""What every layer may use: civil dates, money, identifiers, errors, the actor and scope protocols. Standard library only."""
