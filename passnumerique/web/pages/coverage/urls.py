"""The address of the coverage of a programme, under its short name."""

from django.urls import path

from passnumerique.web.pages.coverage import views

urlpatterns = [path("couverture/", views.coverage, name="coverage")]
