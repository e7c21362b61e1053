"""The addresses of the council's pages, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.council import holding, items, members, papers, sittings

urlpatterns = [
    path("conseil/", sittings.sittings, name="sittings"),
    path("conseil/seances/ajouter/", sittings.add_sitting, name="add_sitting"),
    path("conseil/seances/<uuid:sitting_id>/", sittings.sitting, name="sitting"),
    path("conseil/seances/<uuid:sitting_id>/convoquer/", sittings.convene_sitting, name="convene_sitting"),
    path("conseil/seances/<uuid:sitting_id>/ouvrir/", holding.open_page, name="open_sitting"),
    path("conseil/seances/<uuid:sitting_id>/presences/", holding.movements, name="sitting_movements"),
    path("conseil/seances/<uuid:sitting_id>/clore/", holding.close_page, name="close_sitting"),
    path("conseil/seances/<uuid:sitting_id>/affaires/ajouter/", items.add_item, name="add_item"),
    path("conseil/affaires/<uuid:item_id>/", items.item, name="item"),
    path("conseil/affaires/<uuid:item_id>/modifier/", items.edit_item, name="edit_item"),
    path("conseil/affaires/<uuid:item_id>/retirer/", items.remove_item, name="remove_item"),
    path("conseil/affaires/<uuid:item_id>/voter/", holding.vote_page, name="vote_item"),
    path("conseil/affaires/<uuid:item_id>/reporter/", holding.put_off_page, name="put_off_item"),
    path("conseil/membres/", members.members, name="members"),
    path("conseil/membres/ajouter/", members.add_member, name="add_member"),
    path("conseil/membres/<uuid:delegate_id>/fin/", members.end_member, name="end_member"),
    path("deliberations/<uuid:deliberation_id>/acte.pdf", papers.act_pdf, name="act_pdf"),
    path("deliberations/scdl.csv", papers.scdl, name="deliberations_scdl"),
]
