"""The network: organisations of an authority, and what each is accredited for in a programme."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from passnumerique.directory.models import Accreditation, Organisation
from passnumerique.directory.rules import (
    EVERY_FIELD,
    AccreditationKind,
    Actor,
    Permission,
    covers,
    derived_id,
    may,
    read_organisation,
    require,
    search_text,
)
from passnumerique.directory.rules.refusals import (
    AlreadyAccredited,
    AlreadyEnded,
    BadOrganisation,
    DaysOutOfOrder,
    ExternalIdTaken,
    ForeignProgramme,
)
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.words import say

Texts = Mapping[str, str | Sequence[str]]
"""Fields by our names (`rules.EVERY_FIELD`), each as typed; a list as such or parted by `|`."""


def register_organisation(*, by: Actor, at: datetime, texts: Texts, fictional: bool = False) -> Organisation:
    """A new organisation of the actor's authority. For managers.

    `texts` needs a name; without `external_id` one is derived from what is known. Refuses
    `bad_organisation` (with every problem in `params["problems"]`) and `external_id_taken`.
    """
    require(by, Permission.MANAGE_NETWORK)
    values = _read({"name": "", **texts})
    values["external_id"] = values.get("external_id") or derived_id(values)
    values["updated_on"] = values.get("updated_on") or day_of(at)
    organisation = Organisation(
        id=new_id(at),
        authority_id=by.authority_id,
        fictional=fictional,
        created_at=at,
        search_text=search_text(values),
        **values,
    )
    with transaction.atomic():
        _refuse_taken(by.authority_id, organisation.external_id, organisation.id)
        organisation.save(force_insert=True)
    return organisation


def change_organisation(*, by: Actor, at: datetime, organisation_id: UUID, texts: Texts) -> Organisation:
    """The fields in `texts` are changed, the others stay; the day of change is noted.

    For managers; a prescriber or a place changes its own, except the identifier and the SIRET or RNA.
    """
    organisation = _changeable(by, organisation_id, texts)
    whole = {name: _written(getattr(organisation, name)) for name in ("name", "latitude", "longitude")}
    values = _read({**whole, **texts})
    changes = {name: values[name] for name in texts if name != "external_id" or values[name]}
    changes["updated_on"] = changes.get("updated_on") or day_of(at)
    for name, value in changes.items():
        setattr(organisation, name, value)
    organisation.search_text = search_text({name: getattr(organisation, name) for name in EVERY_FIELD})
    with transaction.atomic():
        _refuse_taken(by.authority_id, organisation.external_id, organisation.id)
        organisation.save(update_fields=[*changes, "search_text"])
    return organisation


def accredit(
    *,
    by: Actor,
    at: datetime,
    programme_id: UUID,
    programme_authority_id: UUID,
    organisation_ids: Iterable[UUID],
    kind: AccreditationKind,
    from_day: date,
    until_day: date | None = None,
    document_reference: str = "",
) -> list[Accreditation]:
    """The organisations may act in the programme from `from_day` to `until_day`, both included: all or none.

    `programme_authority_id` is the authority that the programme itself names: a programme of another
    authority is refused here, since this floor knows no programme. For managers whose hat reaches the
    programme. Refuses days out of order, and days on which one of them already has that accreditation.
    """
    require(by, Permission.MANAGE_NETWORK)
    if programme_authority_id != by.authority_id:
        raise ForeignProgramme()
    if not covers(by, programme_id):
        raise NotAllowed()
    if until_day is not None and until_day < from_day:
        raise DaysOutOfOrder(from_day=from_day, until_day=until_day)
    wanted = list(dict.fromkeys(organisation_ids))
    with transaction.atomic():
        # The organisations are locked so that two managers cannot accredit the same days at once.
        own = Organisation.objects.select_for_update().filter(id__in=wanted, authority_id=by.authority_id)
        if len(own.order_by("id")) != len(wanted):
            raise NotFound()
        _refuse_overlap(programme_id, wanted, kind, from_day, until_day)
        return Accreditation.objects.bulk_create(
            Accreditation(
                id=new_id(at),
                programme_id=programme_id,
                organisation_id=organisation_id,
                kind=AccreditationKind(kind),
                from_day=from_day,
                until_day=until_day,
                document_reference=document_reference.strip(),
            )
            for organisation_id in wanted
        )


def end_accreditation(*, by: Actor, at: datetime, accreditation_id: UUID, last_day: date) -> Accreditation:
    """The accreditation holds for the last time on `last_day`, not before its first day. For managers."""
    require(by, Permission.MANAGE_NETWORK)
    own = Accreditation.objects.filter(id=accreditation_id, organisation__authority_id=by.authority_id)
    row = own.first()
    if row is None or not covers(by, row.programme_id):
        raise NotFound()
    if last_day < row.from_day:
        raise DaysOutOfOrder(from_day=row.from_day, until_day=last_day)
    later = Q(until_day=None) | Q(until_day__gt=last_day)
    if not Accreditation.objects.filter(later, id=row.id).update(until_day=last_day):
        raise AlreadyEnded(day=row.until_day)
    row.until_day = last_day
    return row


def _changeable(by: Actor, organisation_id: UUID, texts: Texts) -> Organisation:
    require(by, Permission.CHANGE_OWN_ORGANISATION)
    organisation = Organisation.objects.filter(id=organisation_id, authority_id=by.authority_id).first()
    manages = may(by, Permission.MANAGE_NETWORK)
    if organisation is None or not (manages or organisation.id == by.organisation_id):
        raise NotFound()
    if not manages and {"external_id", "pivot"} & set(texts):
        raise NotAllowed()
    return organisation


def _read(texts: Texts) -> dict[str, object]:
    values, problems = read_organisation(texts)
    if problems:
        said = (f"{say(EVERY_FIELD[one.field].label)} — {say(one.reason, one.params)}" for one in problems)
        raise BadOrganisation(fields="\u202f; ".join(said), problems=problems)
    return values


def _written(value: object) -> str:
    return "" if value is None else str(value)


def _refuse_taken(authority_id: UUID, external_id: str, own_id: UUID) -> None:
    same = Organisation.objects.filter(authority_id=authority_id, external_id=external_id)
    taken = same.exclude(id=own_id).first()
    if taken is not None:
        raise ExternalIdTaken(external_id=external_id, name=taken.name)


def _refuse_overlap(
    programme_id: UUID,
    organisation_ids: Sequence[UUID],
    kind: AccreditationKind,
    from_day: date,
    until_day: date | None,
) -> None:
    rows = Accreditation.objects.filter(
        Q(until_day=None) | Q(until_day__gte=from_day),
        programme_id=programme_id,
        organisation_id__in=organisation_ids,
        kind=kind,
    )
    if until_day is not None:
        rows = rows.filter(from_day__lte=until_day)
    row = rows.select_related("organisation").order_by("from_day").first()
    if row is not None:
        raise AlreadyAccredited(name=row.organisation.name, from_day=row.from_day)
