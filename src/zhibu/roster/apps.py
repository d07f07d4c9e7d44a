"""The roster app."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Registers the roster's tables and fact providers, and what must be empty before a dissolution."""

    name = "zhibu.roster"
    verbose_name = "党组织与党员"

    def ready(self) -> None:
        """Tables exist only now, so that what reads them is imported here."""
        from zhibu.foundation.accounts.validators import register_words
        from zhibu.foundation.jobs.registry import register_periodic
        from zhibu.roster.access.queries import register_matters
        from zhibu.roster.imports.commands.staging import register_background
        from zhibu.roster.imports.tasks import start, sweep
        from zhibu.roster.members.facts import register_facts as register_member_facts
        from zhibu.roster.members.queries.cards import count_below
        from zhibu.roster.members.queries.matters import list_matters
        from zhibu.roster.members.queries.occupancy import list_remains, offices_of_term
        from zhibu.roster.members.queries.panels import PEOPLE
        from zhibu.roster.organizations.commands.annulments import register_term_guard
        from zhibu.roster.organizations.commands.decisions import register_dissolution_guard
        from zhibu.roster.organizations.facts import register_facts
        from zhibu.roster.organizations.queries.panels import register_counter, register_panel
        from zhibu.roster.organizations.queries.tree import list_unit_words

        register_facts()
        register_member_facts()
        register_dissolution_guard(list_remains)
        register_term_guard(offices_of_term)
        register_matters(list_matters)
        register_words(list_unit_words)
        register_panel(PEOPLE)
        register_counter(count_below)
        register_background(start)
        register_periodic("imports.sweep", sweep.enqueue, every=timedelta(minutes=30))
