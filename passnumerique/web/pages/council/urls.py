"""The addresses of the council's pages, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.council import after, holding, items, members, papers, planning, sittings

urlpatterns = [
    path("conseil/", sittings.sittings, name="sittings"),
    path("conseil/seances/ajouter/", planning.add_sitting, name="add_sitting"),
    path("conseil/seances/<uuid:sitting_id>/", sittings.sitting, name="sitting"),
    path("conseil/seances/<uuid:sitting_id>/convoquer/", planning.convene_sitting, name="convene_sitting"),
    path("conseil/seances/<uuid:sitting_id>/modifier/", planning.edit_sitting, name="change_sitting"),
    path("conseil/seances/<uuid:sitting_id>/annuler/", planning.call_off, name="cancel_sitting"),
    path("conseil/seances/<uuid:sitting_id>/ordre/", planning.order_page, name="order_agenda"),
    path("conseil/seances/<uuid:sitting_id>/convocation.pdf", papers.convocation_pdf, name="convocation_pdf"),
    path("conseil/seances/<uuid:sitting_id>/ouvrir/", holding.open_page, name="open_sitting"),
    path("conseil/seances/<uuid:sitting_id>/presences/", holding.movements, name="sitting_movements"),
    path("conseil/seances/<uuid:sitting_id>/clore/", holding.close_page, name="close_sitting"),
    path("conseil/seances/<uuid:sitting_id>/urgence/", after.urgency, name="settle_urgency"),
    path("conseil/seances/<uuid:sitting_id>/liste/", after.list_published, name="publish_list"),
    path("conseil/seances/<uuid:sitting_id>/liste.pdf", papers.list_pdf, name="list_pdf"),
    path("conseil/seances/<uuid:sitting_id>/arret/", after.minutes_settled, name="settle_minutes"),
    path("conseil/seances/<uuid:sitting_id>/publication/", after.minutes_published, name="publish_minutes"),
    path("conseil/seances/<uuid:sitting_id>/proces-verbal.pdf", papers.minutes_pdf, name="minutes_pdf"),
    path("conseil/seances/<uuid:sitting_id>/reprendre/", items.take_up_item, name="take_up_item"),
    path("conseil/seances/<uuid:sitting_id>/affaires/ajouter/", items.add_item, name="add_item"),
    path("conseil/affaires/<uuid:item_id>/", items.item, name="item"),
    path("conseil/affaires/<uuid:item_id>/modifier/", items.edit_item, name="edit_item"),
    path("conseil/affaires/<uuid:item_id>/retirer/", items.remove_item, name="remove_item"),
    path("conseil/affaires/<uuid:item_id>/voter/", holding.vote_page, name="vote_item"),
    path("conseil/affaires/<uuid:item_id>/reporter/", holding.put_off_page, name="put_off_item"),
    path("conseil/affaires/<uuid:item_id>/discussion/", after.debate, name="write_debate"),
    path("conseil/membres/", members.members, name="members"),
    path("conseil/membres/ajouter/", members.add_member, name="add_member"),
    path("conseil/membres/<uuid:delegate_id>/fin/", members.end_member, name="end_member"),
    path("deliberations/<uuid:deliberation_id>/publier/", after.publish_deliberation, name="publish_deliberation"),
    path("deliberations/<uuid:deliberation_id>/acte.pdf", papers.act_pdf, name="act_pdf"),
    path("deliberations/scdl.csv", papers.scdl, name="deliberations_scdl"),
]
