"""Who works in the synthetic council. Every name, id and provider is invented."""

from datetime import timedelta

# id, name, roles, team, manager
PEOPLE = (
    ("dana", "Dana Synthetic", "director", "", ""),
    ("ada", "Ada Synthetic", "ad_people", "", "dana"),
    ("sandy", "Sandy Synthetic", "sm_sqa", "Quality", "ada"),
    ("cass", "Cass Synthetic", "sm_csc", "Care", "ada"),
    ("quinn", "Quinn Synthetic", "qa_admin", "Quality", "sandy"),
    ("alex", "Alex Synthetic", "auditor", "Quality", "sandy"),
    ("billie", "Billie Synthetic", "auditor", "Quality", "sandy"),
    ("charlie", "Charlie Synthetic", "auditor", "Quality", "sandy"),
    ("mo", "Mo Synthetic", "moderator", "Quality", "sandy"),
    ("iris", "Iris Synthetic", "iro", "Quality", "sandy"),
    ("north", "Noa Synthetic", "team_manager", "North", "cass"),
    ("south", "Sol Synthetic", "team_manager", "South", "cass"),
    ("pat", "Pat Synthetic", "practitioner", "North", "north"),
    ("robin", "Robin Synthetic", "practitioner", "North", "north"),
    ("sasha", "Sasha Synthetic", "practitioner", "South", "south"),
    ("toni", "Toni Synthetic", "practitioner", "South", "south"),
    ("chris", "Chris Synthetic", "send_panel_chair", "SEND", "ada"),
    ("max", "Max Synthetic", "send_manager", "SEND", "ada"),
    ("kit", "Kit Synthetic", "send_caseworker", "SEND", "max"),
    ("kim", "Kim Synthetic", "send_caseworker", "SEND", "max"),
    ("eddie", "Eddie Synthetic", "senco", "SEND", "max"),
    ("connie", "Connie Synthetic", "commissioning", "Commissioning", "ada"),
    ("frances", "Frances Synthetic", "provider_contact", "", ""),
    ("lou", "Lou Synthetic", "provider_contact", "", ""),
)
WORKERS = {"pat": "north", "robin": "north", "sasha": "south", "toni": "south"}
TEAMS = {"north": "North", "south": "South"}
AUDITORS = ("alex", "billie", "charlie")
CASEWORKERS = ("kit", "kim")
CHAIR, SEND_MANAGER = "chris", "max"
COMMISSIONER = "connie"

FOSTERING, LODGINGS, YOUTH_CLUB = "SYN-P1", "SYN-P2", "SYN-P3"
FORMER_FOSTERING, NURSERY = "SYN-P4", "SYN-P5"
TYPES = {
    FOSTERING: "ifa",
    LODGINGS: "semi_independent",
    YOUTH_CLUB: "youth_service",
    FORMER_FOSTERING: "ifa",
    NURSERY: "early_years",
}
CONTACTS = {FOSTERING: "frances", LODGINGS: "lou"}

DAYS_FOR_PAPERS = timedelta(days=9)  # a date nearer than this leaves no five working days
