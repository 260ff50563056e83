"""What workbooks say in languages other than English: a file of texts a language, and how one is looked up."""
