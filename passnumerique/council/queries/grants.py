"""Reading grants, each authority its own."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.council.models import Grant
from passnumerique.directory.rules import Actor, Permission, require


def grants(actor: Actor) -> QuerySet[Grant]:
    """The grants told of the programmes of the actor's authority, oldest convention first."""
    require(actor, Permission.READ_COUNCIL)
    return public_grants(actor.authority_id)


def public_grants(authority_id: UUID) -> QuerySet[Grant]:
    """The grants of an authority that anybody may read: all that was told of them is open data."""
    return Grant.objects.filter(authority_id=authority_id).order_by("agreed_on", "giver", "id")


def grant_row(grant: Any) -> dict[str, str]:
    """A grant as the open-data list tells it. The authority is its only beneficiary: its part is whole."""
    return {
        "nomAttribuant": grant.giver,
        "idAttribuant": grant.giver_siret,
        "dateConvention": grant.agreed_on.isoformat(),
        "referenceDecision": grant.reference,
        "nomBeneficiaire": grant.beneficiary,
        "idBeneficiaire": grant.beneficiary_siret,
        "rnaBeneficiaire": grant.beneficiary_rna,
        "objet": grant.purpose,
        "montant": f"{grant.amount_cents // 100}.{grant.amount_cents % 100:02d}",
        "nature": str(grant.nature),
        "conditionsVersement": grant.terms,
        "datesPeriodeVersement": grant.paid,
        "idRAE": grant.business_aid,
        "notificationUE": "oui" if grant.notified else "non",
        "pourcentageSubvention": "1.00",
        "dispositifAide": grant.scheme,
    }
