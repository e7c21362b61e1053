"""The addresses of the register, under the programme's short name."""

from django.urls import path

from passnumerique.web.pages.register import (
    handing,
    handovers,
    journal,
    kept,
    losing,
    lot_import,
    lots,
    movements,
    notes,
    seating,
    stock,
    vouchers,
)

urlpatterns = [
    path("lots/", lots.lots, name="lots"),
    path("lots/emettre/", lots.issue, name="issue_lot"),
    path("lots/importer/", lot_import.import_page, name="import_lot"),
    path("lots/<uuid:lot_id>/", lots.lot, name="lot"),
    path("lots/<uuid:lot_id>/cartes.pdf", lots.card_sheet, name="card_sheet"),
    path("stock/", stock.stock, name="stock"),
    path("stock/confier/", movements.allocate_page, name="allocate"),
    path("stock/rendre/", movements.return_page, name="return_stock"),
    path("stock/transferer/", movements.transfer_page, name="transfer_stock"),
    path("mon-stock/", stock.my_stock, name="my_stock"),
    path("bordereaux/", notes.delivery_notes, name="delivery_notes"),
    path("bordereaux/<int:number>/", notes.note, name="note"),
    path("bordereaux/<int:number>.pdf", notes.delivery_note, name="delivery_note"),
    path("pass/", vouchers.vouchers, name="vouchers"),
    path("pass/perdus/", losing.declare_lost_page, name="declare_lost"),
    path("pass/retrouves/", losing.find_page, name="find"),
    path("pass/annuler/", losing.cancel_page, name="cancel"),
    path("pass/<int:number>/", vouchers.voucher, name="voucher"),
    path("pass/<int:number>/remplacer/", losing.replace_page, name="replace"),
    path("journal/", journal.journal_page, name="journal"),
    path("donnees/", kept.kept_data, name="kept_data"),
    path("remettre/", handing.hand_over_page, name="hand_over"),
    path("remises/", handovers.handovers, name="handovers"),
    path("remises/<uuid:handover_id>/", handovers.handover, name="handover"),
    path("remises/<uuid:handover_id>/atelier/", seating.handover_sessions, name="handover_sessions"),
    path("remises/<uuid:handover_id>/place/<uuid:attendance_id>/", handovers.give_seat_back, name="give_seat_back"),
    path("remises/<uuid:handover_id>/contact/", handovers.erase_contact, name="erase_contact"),
    path("remises/<uuid:handover_id>/lettre.pdf", handovers.letter, name="letter"),
]
