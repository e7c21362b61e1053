"""Two programmes to which everything has happened, in one database: no row of one leads into the other."""

from uuid import UUID

import pytest
from django.db.models import F

from passnumerique.vouchers.models import Lot
from tests.house.schema import OURS, of_a_programme
from tests.rooms.lived import build_lived


def crossings() -> list[str]:
    """The foreign keys of which some row leads into another programme, by asking the rows themselves."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in filter(of_a_programme, OURS)
        for field in model._meta.local_concrete_fields
        if field.is_relation and of_a_programme(field.related_model)
        if model._base_manager.filter(**{f"{field.name}__isnull": False})
        .exclude(**{f"{field.name}__programme_id": F("programme_id")})
        .exists()
    ]


@pytest.mark.django_db
def test_no_foreign_key_leads_into_another_programme() -> None:
    one, other = build_lived("verdun"), build_lived("trois-rivieres")
    assert crossings() == []
    lot: UUID = one.world.lots[0]
    Lot.objects.filter(id=lot).update(programme_id=other.world.programme_id, reference="moved by hand")
    assert crossings() == ["vouchers.Voucher.lot"]
