"""The addresses of the network's pages, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.network import accreditations, devices, imports, organisations, people, tokens

urlpatterns = [
    path("reseau/", organisations.network, name="network"),
    path("reseau/ajouter/", organisations.add_organisation, name="add_organisation"),
    path("reseau/importer/", imports.import_network, name="import_network"),
    path("reseau/importer/colonnes/", imports.import_network_columns, name="import_network_columns"),
    path("reseau/importer/verification/", imports.import_network_check, name="import_network_check"),
    path("reseau/agreer/", accreditations.accredit_organisations, name="accredit"),
    path(
        "reseau/agrements/<uuid:accreditation_id>/fin/",
        accreditations.end_one_accreditation,
        name="end_accreditation",
    ),
    path("reseau/<uuid:organisation_id>/", organisations.organisation, name="organisation"),
    path(
        "reseau/<uuid:organisation_id>/modifier/",
        organisations.change_one_organisation,
        name="change_organisation",
    ),
    path("personnes/", people.people, name="people"),
    path("personnes/inviter/", people.invite, name="invite"),
    path("personnes/<uuid:membership_id>/fin/", people.end_one_membership, name="end_membership"),
    path(
        "personnes/invitations/<uuid:invitation_id>/retirer/",
        people.withdraw_one_invitation,
        name="withdraw_invitation",
    ),
    path("appareils/", devices.devices, name="devices"),
    path("appareils/ajouter/", devices.add_one_device, name="add_device"),
    path("appareils/<uuid:device_id>/code/", devices.renew_one_pairing, name="renew_pairing"),
    path("appareils/<uuid:device_id>/revoquer/", devices.revoke_one_device, name="revoke_device"),
    path("jetons/", tokens.tokens, name="tokens"),
    path("jetons/creer/", tokens.create_one_token, name="create_token"),
    path("jetons/<uuid:token_id>/revoquer/", tokens.revoke_one_token, name="revoke_token"),
]
