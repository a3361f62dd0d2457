from django.urls import path

from connectors import views
from connectors.webhooks import WebhookView

urlpatterns = [
    path("kabar/<slug:platform>/<slug:key>/", WebhookView.as_view(), name="webhook"),
    path("akun/", views.accounts, name="accounts"),
    path("akun/tambah/", views.account_add, name="account_add"),
    path("akun/tambah/<slug:platform>/", views.account_connect, name="account_connect"),
    path("akun/<int:pk>/", views.account, name="account"),
    path("akun/<int:pk>/periksa/", views.account_check, name="account_check"),
    path("akun/<int:pk>/jatah/", views.account_quota, name="account_quota"),
    path("kiriman/<int:pk>/lepas/", views.outgoing_release, name="outgoing_release"),
    path("kiriman/<int:pk>/tarik/", views.outgoing_withdraw, name="outgoing_withdraw"),
    path("kiriman/<int:pk>/kirim-lagi/", views.outgoing_send_again, name="outgoing_send_again"),
    path("kiriman/<int:pk>/biarkan/", views.outgoing_leave_out, name="outgoing_leave_out"),
    path("kiriman/<int:pk>/sudah-ada/", views.outgoing_found, name="outgoing_found"),
]
