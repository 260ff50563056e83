"""Charts of a case as pictures, for decks and mails."""
