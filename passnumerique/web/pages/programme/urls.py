"""The addresses of the frame's pages, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.programme import (
    authority,
    calendar,
    deliberations,
    documents,
    envelope,
    extension,
    new_programme,
    parameters,
    periods,
    plan,
    territory,
)

urlpatterns = [
    path("calendrier/", calendar.calendar, name="calendar"),
    path("calendrier/ouvrir/", calendar.open_first_calendar, name="open_calendar"),
    path("calendrier/prolonger/", extension.extend_programme, name="extend"),
    path("conventions/", documents.documents, name="documents"),
    path("conventions/ajouter/", documents.add_document, name="add_document"),
    path("conventions/<uuid:document_id>/signer/", documents.sign_one_document, name="sign_document"),
    path("deliberations/", deliberations.deliberations, name="deliberations"),
    path("deliberations/ajouter/", deliberations.add_deliberation, name="add_deliberation"),
    path("deliberations/<uuid:deliberation_id>/", deliberations.deliberation, name="deliberation"),
    path("regles/", parameters.parameters, name="parameters"),
    path("regles/<slug:name>/", parameters.parameter, name="parameter"),
    path("enveloppe/", envelope.envelope, name="envelope"),
    path("enveloppe/autoriser/", envelope.authorise, name="authorise_envelope"),
    path("periodes/", periods.periods, name="periods"),
    path("periodes/ajouter/", periods.add_period, name="add_period"),
    path("territoire/", territory.territory, name="territory"),
    path("territoire/importer/", territory.import_territory, name="import_territory"),
    path("territoire/verification/", territory.check_territory, name="check_territory"),
    path("plan/", plan.plan, name="plan"),
    path("plan/modifier/", plan.change_plan, name="change_plan"),
    path("plan/coller/", plan.paste_plan, name="paste_plan"),
    path("collectivite/", authority.authority, name="authority"),
    path("collectivite/coordonnees/", authority.change_contact, name="authority_contact"),
    path("collectivite/apparence/", authority.change_look, name="authority_look"),
    path("collectivite/apparence/essai/", authority.try_colour, name="try_colour"),
    path("nouveau-dispositif/", new_programme.new_programme, name="new_programme"),
    path("nouveau-dispositif/fichier/", new_programme.programme_from_file, name="programme_from_file"),
]
