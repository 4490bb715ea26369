"""Reports: notebooks run on a study, their ledger, the site they become, the one door everything shown passes."""
