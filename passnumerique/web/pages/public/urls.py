"""The addresses outside any desk. Those of a pass are short: its QR holds them in capitals."""

from django.urls import path

from passnumerique.web.pages.public import bearing, checking, contacting, entrance, feeds, notices, open_data, opened

urlpatterns = [
    path("", entrance.home, name="home"),
    path("choisir/", entrance.desks, name="desks"),
    path("p/", checking.check, name="check"),
    path("p/<str:code>", checking.public_voucher, name="public_voucher"),
    path("P/<str:code>", checking.public_voucher, name="public_voucher_in_capitals"),
    path("p/atelier/", bearing.choose_session, name="choose_session"),
    path("p/place/", bearing.keep_seat, name="keep_seat"),
    path("p/place/annuler/", bearing.give_back_seat, name="give_back_seat"),
    path("p/place/agenda/", bearing.seat_calendar, name="seat_calendar"),
    path("p/attente/", bearing.wait_for_seat, name="wait_for_seat"),
    path("p/attente/quitter/", bearing.wait_no_more, name="wait_no_more"),
    path("p/proposition/", bearing.answer_offer, name="answer_offer"),
    path("p/messages/", contacting.leave_contact, name="leave_contact"),
    path("p/messages/arreter/", contacting.stop_messages, name="stop_messages"),
    path("logo/<slug:slug>", notices.logo, name="logo"),
    path("aide/", notices.help_page, name="help"),
    path("accessibilite/", notices.accessibility, name="accessibility"),
    path("licence/", notices.licence, name="licence"),
]

of_a_programme = [
    path("ateliers-ouverts/", opened.open_sessions, name="open_sessions"),
    path("ateliers-ouverts/<uuid:session_id>/", opened.open_session, name="open_session"),
    path("ateliers-ouverts/<uuid:session_id>/atelier.ics", opened.open_session_calendar, name="open_session_calendar"),
    path("lieux-pass-numerique.csv", open_data.places_csv, name="places_csv"),
    path("usage-pass-numerique.csv", open_data.usage, name="usage_csv"),
    path("usage-pass-numerique.schema.json", open_data.usage_schema, name="usage_schema"),
    path("usage-pass-numerique.json", open_data.usage_package, name="usage_package"),
    path("deliberations.csv", open_data.acts_csv, name="acts_csv"),
    path("subventions.csv", open_data.grants_csv, name="public_grants_csv"),
    path("actes/<path:number>.pdf", open_data.act_pdf, name="published_act"),
    path("agenda/", feeds.my_calendar, name="my_calendar"),
    path("agenda/changer/", feeds.renew_my_calendar, name="renew_my_calendar"),
    path("agenda/<str:mark>.ics", feeds.calendar_feed, name="calendar_feed"),
]
"""Under the short name of a programme, without sign-in; but for the page of a desk that shows its calendar."""
