"""What the manager's page of a day says. A key of a figure is `day-` and its word."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "place-today": ("Vandaag", "Today"),
    "day-choose": ("Kies een dag", "Choose a day"),
    "day-before": ("Vorige dag", "Previous day"),
    "day-after": ("Volgende dag", "Next day"),
    "day-today": ("Naar vandaag", "To today"),
    "day-until": ("{day}, stand om {time}", "{day}, as at {time}"),
    "day-none-yet": ("Nog geen bellers vandaag.", "No callers yet today."),
    "day-none": ("Geen bellers op deze dag.", "No callers on this day."),
    "day-to-come": ("Deze dag moet nog komen.", "This day is still to come."),
    "day-nobody-offered": ("Niemand kwam in de wachtrij.", "Nobody joined the queue."),
    # -- now
    "day-now": ("Nu", "Now"),
    "day-waiting": ("Wachten", "Waiting"),
    "day-waiting-longest": ("de langste {time}", "the longest {time}"),
    "day-talking": ("In gesprek", "In a call"),
    "day-free": ("Vrij", "Free"),
    "day-free-how": ("collega’s", "agents"),
    # -- the day
    "day-itself": ("Deze dag", "This day"),
    "day-offered": ("Aangeboden", "Offered"),
    "day-offered-how": ("kwamen in de wachtrij", "joined the queue"),
    "day-answered": ("Opgenomen", "Answered"),
    "day-answered-how": ("{count} binnen {seconds}\u00a0s", "{count} within {seconds}\u00a0s"),
    "day-abandoned": ("Afgehaakt", "Abandoned"),
    "day-abandoned-how": ("{count} binnen {seconds}\u00a0s", "{count} within {seconds}\u00a0s"),
    "day-level": ("Serviceniveau", "Service level"),
    "day-level-how": ("doel: {target} binnen {seconds}\u00a0s", "target: {target} within {seconds}\u00a0s"),
    "day-level-reached": ("gehaald", "reached"),
    "day-level-below": ("niet gehaald", "not reached"),
    "day-speed": ("Wachttijd", "Wait"),
    "day-speed-how": ("gemiddeld; de langste {time}", "on average; the longest {time}"),
    "day-handling": ("Behandeltijd", "Handling time"),
    "day-handling-how": ("gemiddeld, met nawerktijd", "on average, with wrap-up"),
    # -- by the hour
    "day-hours": ("Per uur", "By the hour"),
    "day-hour": ("Uur", "Hour"),
    "day-in-time": ("Opgenomen binnen {seconds}\u00a0s", "Answered within {seconds}\u00a0s"),
    "day-later": ("Later opgenomen", "Answered later"),
    "day-as-table": ("Als tabel", "As a table"),
    # -- verified or not
    "day-parts": ("Bewezen of niet", "Proven or not"),
    "day-callers": ("Bellers", "Callers"),
    "day-verified": ("Bewezen", "Proven"),
    "day-not-verified": ("Niet bewezen", "Not proven"),
    # -- turned away
    "day-turned-away": ("Niet in de wachtrij gekomen", "Never joined the queue"),
    "day-closed": ("Gesloten", "Closed"),
    "day-busy": ("Wachtrij vol", "Queue full"),
    "day-refused": ("Geen juiste code", "No right code"),
    "day-left": ("Zelf opgehangen", "Hung up"),
    "day-failed": ("Storing", "Fault"),
    "day-how": (
        (
            "Een beller telt bij het uur waarin het gesprek binnenkwam. Tijden zijn in minuten en seconden. "
            "Wie belde of opnam, staat hier niet."
        ),
        (
            "A caller counts in the hour in which the call came in. Times are in minutes and seconds. "
            "Who called or answered is not here."
        ),
    ),
}
