"""What the days teach: computed here, kept in the database, only read by the page."""
