"""A share of the envelope told as a grant: what the papers know is taken from them, the rest is typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from passnumerique.council.operations import GrantGiven, record_grant
from passnumerique.council.rules import Nature
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.ground.words import N_
from passnumerique.programmes.queries import access_programme, funding_shares


class OwnContribution(Refusal):
    sentence = N_(
        "{contributor} est la collectivité elle-même\u202f: sa part n’est pas une subvention. "
        "Choisissez la part d’un financeur."
    )


class ConventionUnsigned(Refusal):
    sentence = N_(
        "La convention {reference} n’est pas signée\u202f: la subvention n’a pas encore de date. Notez sa signature."
    )


@dataclass(frozen=True)
class Typed:
    """What no paper of the programme holds, and a person reads in the convention."""

    giver_siret: str
    purpose: str
    terms: str
    paid: str
    nature: Nature = Nature.MONEY
    notified: bool = False
    business_aid: str = ""
    scheme: str = ""


def share_of(actor: Actor, programme_id: UUID, share_id: UUID) -> Any:
    """One contributor's share, with its paper. Refuses (NotFound) one of another programme."""
    require(actor, Permission.READ_COUNCIL)
    access_programme(actor, programme_id)
    row = funding_shares(programme_id).filter(id=share_id).first()
    if row is None:
        raise NotFound
    return row


def is_grant(actor: Actor, share: Any) -> bool:
    """Whether a share is somebody else's: what the authority brings to its own scheme is no grant."""
    return bool(share.contributor.casefold() != access_authorities(actor).get(id=actor.authority_id).name.casefold())


def tell_grant(*, programme_id: UUID, share_id: UUID, typed: Typed, by: Actor, at: datetime) -> UUID:
    """Tell of a share as a grant, for the open-data list, and return its id. For the secretary and the manager.

    Giver, amount, day and reference are those of the share and of its convention, the beneficiary is the authority.
    Refuses the authority's own part, a convention not signed, and what `record_grant` refuses.
    """
    share = share_of(by, programme_id, share_id)
    if not is_grant(by, share):
        raise OwnContribution(contributor=share.contributor)
    if share.document.signed_on is None:
        raise ConventionUnsigned(reference=share.document.reference)
    authority = access_authorities(by).get(id=by.authority_id)
    grant = GrantGiven(
        giver=share.contributor,
        giver_siret=typed.giver_siret.replace(" ", ""),
        agreed_on=share.document.signed_on,
        reference=share.document.reference,
        beneficiary=authority.name,
        beneficiary_siret=authority.siret,
        purpose=typed.purpose.strip(),
        amount_cents=share.amount_cents,
        terms=typed.terms.strip(),
        paid=typed.paid.strip(),
        nature=typed.nature,
        notified=typed.notified,
        business_aid=typed.business_aid.strip(),
        scheme=typed.scheme.strip(),
    )
    return record_grant(programme_id=programme_id, share=share.id, grant=grant, by=by, at=at)
