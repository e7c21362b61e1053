"""The addresses of the desks. What belongs to one programme begins with its short name."""

from django.urls import include, path

from passnumerique.web import sign_in
from passnumerique.web.pages.accounts.urls import urlpatterns as accounts
from passnumerique.web.pages.closing.urls import urlpatterns as closing
from passnumerique.web.pages.consulting.urls import urlpatterns as consulting
from passnumerique.web.pages.council.urls import urlpatterns as council
from passnumerique.web.pages.coverage.urls import urlpatterns as coverage
from passnumerique.web.pages.extending.urls import urlpatterns as extending
from passnumerique.web.pages.issuer.urls import urlpatterns as issuer
from passnumerique.web.pages.messages.urls import of_a_programme as messages
from passnumerique.web.pages.messages.urls import urlpatterns as leaving
from passnumerique.web.pages.network.urls import urlpatterns as network
from passnumerique.web.pages.payments.urls import urlpatterns as payments
from passnumerique.web.pages.programme.urls import urlpatterns as programme
from passnumerique.web.pages.public.urls import of_a_programme as open_to_all
from passnumerique.web.pages.public.urls import urlpatterns as public
from passnumerique.web.pages.register.urls import urlpatterns as register
from passnumerique.web.pages.reports.urls import urlpatterns as reports
from passnumerique.web.pages.settlement.urls import urlpatterns as settlement
from passnumerique.web.pages.state.urls import urlpatterns as state
from passnumerique.web.pages.training.urls import urlpatterns as training
from passnumerique.web.pages.uptake.urls import urlpatterns as uptake

desks = [*messages, *register, *training, *settlement, *network, *council, *programme]
urlpatterns = [
    path("langue/", include("django.conf.urls.i18n")),
    *sign_in.urlpatterns,
    *public,
    *leaving,
    path("<slug:programme>/", include(issuer)),
    path("<slug:programme>/", include([*extending, *consulting])),
    path(
        "<slug:programme>/",
        include(
            [
                *open_to_all,
                *state,
                *uptake,
                *coverage,
                *reports,
                *issuer,
                *messages,
                *register,
                *training,
                *settlement,
                *accounts,
                *closing,
                *payments,
                *network,
                *council,
                *programme,
            ]
        ),
    ),
]
