"""How we look at ourselves: the check-up of branches, the organiser's board, the county's figures."""
