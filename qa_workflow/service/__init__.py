"""Does. One function for each thing a person or the daemon can ask for."""
