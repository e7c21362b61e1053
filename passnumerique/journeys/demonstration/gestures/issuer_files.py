"""The issuer's file of each month, compared with the register: from 2023 on, with two differences in the first,
explained a week later, and settled by the corrected file of the week after."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of, month_of, start_of
from passnumerique.ground.sheets import read_sheet, suggest_mapping, write_csv
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.programmes.queries import programme_named, slug_of
from passnumerique.settlement.operations.issuer import import_issuer_file
from passnumerique.settlement.operations.reconciling import note_difference
from passnumerique.settlement.queries.issuer import issuer_files
from passnumerique.settlement.queries.reconciling import Standing, reconcile
from passnumerique.settlement.rules.issuer import IssuerKind, synonyms_of
from passnumerique.settlement.rules.reconciling import FollowUp, Gap
from passnumerique.vouchers.queries.history import redemptions

SINCE = date(2023, 1, 1)
FILE_DAY, EXPLAINING_DAY, SETTLING_DAY = 9, 16, 23
HEADINGS = ["Numéro de pass", "Date d’utilisation", "Lieu", "Valeur", "Remarque"]
SYNTHETIC = "exemple synthétique (fictif)"
FOUND = (Gap.NOT_AT_ISSUER, Gap.OTHER_DAY)
WHY = {
    Gap.NOT_AT_ISSUER: "Oublié dans le fichier du mois\u202f: l’émetteur l’ajoute au suivant (fictif).",
    Gap.OTHER_DAY: "L’émetteur a noté le jour de sa saisie\u202f; la feuille d’émargement dit le bon jour (fictif).",
}
SETTLED = "La feuille d’émargement fait foi, l’émetteur en convient par écrit (fictif)."


def compare_issuer(stage: Stage, cast: Cast) -> None:
    """Import the file of last month, explain what differs, settle it."""
    if stage.day < SINCE:
        return
    if stage.day.day == FILE_DAY:
        _import(stage, cast, _told(stage, cast))
    elif stage.day.day == EXPLAINING_DAY:
        for one in _open(stage, cast):
            _note(stage, cast.finance, one, FollowUp.EXPLAINED, WHY[one.apart.gap])
    elif stage.day.day == SETTLING_DAY:
        _settle(stage, cast)


def _told(stage: Stage, cast: Cast) -> list[list[Any]]:
    """What the issuer tells of last month. Its very first file forgets one pass and misdates another."""
    last = month_of(month_of(stage.day) - timedelta(days=1))
    rows = list(_uses(stage, cast, last))
    if not issuer_files(cast.manager, stage.programme_id).exists() and len(rows) > len(FOUND):
        rows[0][1] -= timedelta(days=1)
        del rows[1]
    return rows


def _uses(stage: Stage, cast: Cast, month: date) -> Iterator[list[Any]]:
    uses = redemptions(cast.manager, stage.programme_id)
    inside = list(uses.filter(redeemed_at__gte=start_of(month), redeemed_at__lt=start_of(month_of(stage.day))))
    names = organisations_named(use.place_id for use in inside)
    for use in sorted(inside, key=lambda use: int(use.voucher.number)):
        euros = f"{use.face_value_cents // 100},{use.face_value_cents % 100:02d}"
        yield [use.voucher.number, day_of(use.redeemed_at), names[use.place_id], euros, SYNTHETIC]


def _import(stage: Stage, cast: Cast, rows: list[list[Any]], hour: int = 11) -> None:
    if not rows:
        return
    content = write_csv(HEADINGS, rows)
    sheet = read_sheet(content, f"utilisations-{stage.day:%Y-%m-%d}.csv")
    import_issuer_file(
        programme_id=stage.programme_id,
        kind=IssuerKind.REDEMPTIONS,
        issuer=programme_named(slug_of(stage.programme_id)).issuer or SYNTHETIC,
        sheet=sheet,
        mapping=suggest_mapping(sheet.columns, synonyms_of(IssuerKind.REDEMPTIONS)),
        file=content,
        by=cast.finance,
        at=stage.at(hour),
    )


def _open(stage: Stage, cast: Cast) -> list[Standing]:
    """Differences that this play made, and nobody has spoken of."""
    found = reconcile(cast.finance, stage.programme_id, stage.day).differences
    return [one for one in found if one.apart.gap in FOUND and one.state is FollowUp.OPEN]


def _settle(stage: Stage, cast: Cast) -> None:
    """The issuer sends what it had forgotten; what only the sheet can tell is settled by it."""
    found = reconcile(cast.finance, stage.programme_id, stage.day).differences
    told = [one for one in found if one.apart.gap in FOUND and one.state is FollowUp.EXPLAINED]
    for one in told:
        _note(stage, cast.finance, one, FollowUp.SETTLED, SETTLED)
    forgotten = {one.apart.number for one in told if one.apart.gap is Gap.NOT_AT_ISSUER}
    last = month_of(month_of(stage.day) - timedelta(days=1))
    _import(stage, cast, [row for row in _uses(stage, cast, last) if row[0] in forgotten], hour=16)


def _note(stage: Stage, by: Actor, one: Standing, state: FollowUp, reason: str) -> None:
    note_difference(
        programme_id=stage.programme_id,
        key=one.apart.key,
        after=one.notes,
        state=state,
        owner=one.owner,
        reason=reason,
        by=by,
        at=stage.at(14),
    )
