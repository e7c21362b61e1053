"""The addresses outside any programme. Those of a pass are short: its QR holds them in capitals."""

from django.urls import path

from passnumerique.web.pages.public import checking, entrance, notices

urlpatterns = [
    path("", entrance.home, name="home"),
    path("choisir/", entrance.desks, name="desks"),
    path("p/", checking.check, name="check"),
    path("p/<str:code>", checking.public_voucher, name="public_voucher"),
    path("P/<str:code>", checking.public_voucher, name="public_voucher_in_capitals"),
    path("logo/<slug:slug>", notices.logo, name="logo"),
    path("aide/", notices.help_page, name="help"),
    path("accessibilite/", notices.accessibility, name="accessibility"),
    path("licence/", notices.licence, name="licence"),
]
