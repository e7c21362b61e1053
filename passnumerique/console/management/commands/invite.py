"""`passnum invite`: the first person of an authority; the others are invited on the pages."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import timezone

from passnumerique.console.asking import refusals_are_errors
from passnumerique.directory.operations import invite_member
from passnumerique.directory.queries import authority_with_slug
from passnumerique.directory.rules import NEEDS_ORGANISATION, WITHOUT_ACCOUNT, Role, system_actor

OFFICES = sorted(role.value for role in Role if role not in NEEDS_ORGANISATION | WITHOUT_ACCOUNT)


class Command(BaseCommand):
    """Prints the address behind which the person chooses a password. It is shown once and lasts 14 days."""

    help = "Invite une personne dans les services d’une collectivité."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="adresse électronique de la personne")
        parser.add_argument("--authority", required=True, help="nom court de la collectivité")
        parser.add_argument("--role", default=Role.MANAGER.value, choices=OFFICES, help="son rôle")

    @refusals_are_errors
    def handle(self, *, email: str, authority: str, role: str, **_: Any) -> None:
        owner = authority_with_slug(authority)
        invited = invite_member(by=system_actor(owner.id), at=timezone.now(), email=email, role=Role(role))
        address = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("accept_invitation", args=[invited.token])
        self.stdout.write(f"Transmettez cette adresse à {email}, elle sert une fois :\n{address}")
