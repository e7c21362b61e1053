"""The issuer's files: what came, what counts of each, line by line; and the withdrawal of one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.settlement.operations.issuer import withdraw_issuer_file
from passnumerique.settlement.queries.issuer import access_issuer_file, issuer_files, rows_of_file, told_of
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.web.actions import Action, offered
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.issuer.forms import WithdrawForm
from passnumerique.web.pages.issuer.parts import file_crumbs, verdict_badge, voucher_url
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, number

PAGE = 50


@desk_page(Permission.READ_ACCOUNTS)
def files(request: DeskRequest) -> HttpResponse:
    """Every file of the issuer, latest first; the list as a file."""
    desk = request.desk
    rows = issuer_files(desk.actor, desk.programme_id)
    columns = _columns(desk)
    if file := exported(request, f"fichiers-emetteur-{desk.slug}", columns, rows):
        return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    may = desk.may(Permission.IMPORT_ISSUER_FILES)
    table = Table(
        _("Fichiers reçus de l’émetteur"),
        columns,
        page.object_list,
        count=page.paginator.count,
        empty=_("Aucun fichier pour l’instant. Chaque ligne importée sera gardée comme preuve, sans rien déplacer."),
        empty_url=desk.url("import_issuer_file") if may else "",
        empty_action=_("Importer un fichier") if may else "",
    )
    context = {"desk": desk, "page": page, "table": table, "actions": _actions(desk), "breadcrumbs": file_crumbs(desk)}
    return render(request, "web/issuer/files.html", context)


def _actions(desk: Desk) -> list[Action]:
    lots = offered(desk, "receive_lot", Action(_("Recevoir un lot"), desk.url("import_lot"), "secondary", "layers"))
    over = Action(_("Reprendre un dispositif tenu ailleurs"), desk.url("takeover"), "quiet", "download")
    words = _("Importer un fichier")
    imports = offered(
        desk, Permission.IMPORT_ISSUER_FILES, Action(words, desk.url("import_issuer_file"), "primary", "plus")
    )
    reading = Action(_("Rapprochement"), desk.url("reconciliation"), "quiet", "list")
    return [*imports, *lots, reading, *offered(desk, "receive_lot", over)]


def _columns(desk: Desk) -> list[Column]:
    return [
        Column("filename", _("Fichier"), url=lambda row: desk.url("issuer_file", row.id)),
        Column(_kind, _("Contenu")),
        Column("issuer", _("Émetteur")),
        Column("imported_at", _("Importé le"), "instant"),
        Column("lines", _("Lignes"), "number"),
        Column("taken", _("Prises en compte"), "number"),
        Column("known", _("Déjà connues"), "number"),
        Column("refused", _("Non prises"), "number"),
        Column(_standing, _("État")),
    ]


def _kind(row: Any) -> str:
    return say(IssuerKind(row.kind).words)


def _standing(row: Any) -> SafeString:
    return badge(_("retiré"), "undo", "plain") if row.withdrawn_at else badge(_("gardé"), "check", "good")


@desk_page(Permission.READ_ACCOUNTS)
def one_file(request: DeskRequest, file_id: UUID) -> HttpResponse:
    """One file, line by line: what stands there, what was said of it; the lines as a file."""
    desk = request.desk
    file = access_issuer_file(desk.actor, desk.programme_id, file_id)
    wanted = request.GET.get("verdict", "")
    rows = rows_of_file(file, wanted if wanted in set(RowVerdict) else "")
    if found := exported(request, f"lignes-{desk.slug}", _row_columns(desk, rows), rows):
        return found
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "file": file,
        "kind": _kind(file),
        "sha256": bytes(file.sha256).hex(),
        "page": page,
        "tabs": _tabs(desk, file, wanted),
        "table": Table(
            _("Lignes du fichier"),
            _row_columns(desk, page.object_list),
            page.object_list,
            count=page.paginator.count,
            empty=_("Aucune ligne dans ce cas. Choisissez un autre onglet."),
        ),
        "may_withdraw": desk.may(Permission.IMPORT_ISSUER_FILES)
        and not file.withdrawn_at
        and file.kind != IssuerKind.LOTS,
        "breadcrumbs": file_crumbs(desk, file.filename),
    }
    return render(request, "web/issuer/file.html", context)


def _tabs(desk: Desk, file: Any, wanted: str) -> list[dict[str, object]]:
    address = desk.url("issuer_file", file.id)
    given = [
        ("", _("Toutes"), file.lines),
        (RowVerdict.REFUSED.value, _("Non prises en compte"), file.refused),
        (RowVerdict.KNOWN.value, _("Déjà connues"), file.known),
        (RowVerdict.TAKEN.value, _("Prises en compte"), file.taken),
    ]
    return [
        {
            "label": label,
            "count": count,
            "current": verdict == wanted,
            "url": f"{address}?verdict={verdict}" if verdict else address,
        }
        for verdict, label, count in given
        if count or verdict in {"", wanted}
    ]


def _row_columns(desk: Desk, rows: Any) -> list[Column]:
    places = organisations_named({row.place_id for row in rows})
    kinds = {row.kind for row in rows}
    number_of = Column(
        "number", _("Pass"), "number", url=lambda row: voucher_url(desk, row.number) if row.voucher_id else ""
    )
    given = [
        (Column(lambda row: number(row.line), _("Ligne")), True),
        (number_of, kinds & {IssuerKind.REDEMPTIONS, IssuerKind.LOTS}),
        (Column("reference", _("Référence")), kinds - {IssuerKind.REDEMPTIONS, IssuerKind.LOTS}),
        (Column("day", _("Date"), "day"), kinds - {IssuerKind.LOTS}),
        (
            Column(lambda row: places.get(row.place_id, ""), _("Lieu")),
            kinds & {IssuerKind.REDEMPTIONS, IssuerKind.PAYMENTS},
        ),
        (Column("quantity", _("Pass"), "number"), kinds & {IssuerKind.ORDERS, IssuerKind.CREDIT_NOTES}),
        (Column("amount_cents", _("Montant"), "money"), kinds - {IssuerKind.LOTS}),
        (Column("balance_cents", _("Solde"), "money"), kinds & {IssuerKind.STATEMENTS}),
        (Column(lambda row: verdict_badge(RowVerdict(row.verdict)), _("Sort")), True),
        (Column(_said, _("Ce qui en est dit")), True),
    ]
    return [column for column, shown in given if shown]


def _said(row: Any) -> SafeString | str:
    """What was told of the cells of a row."""
    told = [(cell.column, cell.value, cell.say()) for cell in told_of(row)]
    return format_html_join(" ", "<strong>{}</strong> «\u202f{}\u202f» {}", told) if told else ""


@desk_page(Permission.IMPORT_ISSUER_FILES)
def withdraw(request: DeskRequest, file_id: UUID) -> HttpResponse:
    """Let the lines of a file count no more, with a reason. For the manager and finance."""
    desk = request.desk
    file = access_issuer_file(desk.actor, desk.programme_id, file_id)
    form = WithdrawForm(data=sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        withdraw_issuer_file(
            programme_id=desk.programme_id, file_id=file.id, reason=given["reason"], by=desk.actor, at=desk.at
        )

    if done(form, act, withdrawal_without_reason="reason"):
        messages.success(request, _("Le fichier est retiré. Ses lignes restent lisibles et ne comptent plus."))
        return redirect(desk.url("issuer_file", file.id))
    context = {
        "title": _("Retirer ce fichier"),
        "lead": _("Ses lignes resteront gardées comme preuve, mais ne compteront plus dans le rapprochement."),
        "submit": _("Retirer le fichier"),
        "kind": "danger",
        "cancel": desk.url("issuer_file", file.id),
        "breadcrumbs": file_crumbs(desk, file.filename, _("Retirer")),
    }
    return form_page(request, form, context)
