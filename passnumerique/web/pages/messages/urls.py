"""The addresses of messages: the way out, for anybody; the list and the log, under the programme's short name."""

from django.urls import path

from passnumerique.web.pages.messages import leaving, log, sleeping

urlpatterns = [
    path("desinscription/<str:mark>/", leaving.leave, name="unsubscribe"),
    path("D/<str:mark>/", leaving.leave, name="unsubscribe_by_sms"),
]

of_a_programme = [
    path("messages/", log.message_log, name="message_log"),
    path("pass-qui-dorment/", sleeping.sleeping, name="sleeping"),
    path("pass-qui-dorment/courriel/", sleeping.monthly_letter, name="monthly_letter"),
    path("pass-qui-dorment/<uuid:handover_id>/", sleeping.remind, name="wake"),
]
