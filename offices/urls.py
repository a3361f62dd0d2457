from django.contrib.auth.views import LogoutView
from django.urls import include, path

from offices import live, views

urlpatterns = [
    path("masuk/", views.SignIn.as_view(), name="sign_in"),
    path("keluar/", LogoutView.as_view(), name="sign_out"),
    path("bahasa/", views.language, name="language"),
    path("mulai/", views.setup_where, name="setup_where"),
    path("mulai/<str:token>/", views.setup, name="setup"),
    path("denyut/", live.pulse, name="pulse"),
    path("lainnya/", views.more, name="more"),
    path("pemberitahuan/dilihat/", views.notices_seen, name="notices_seen"),
    path("pemberitahuan/<int:pk>/dilihat/", views.notice_seen, name="notice_seen"),
    path("", include("offices.letterhead.urls")),
    path("", include("offices.outbox.urls")),
    path("kantor/", views.office, name="office"),
    path("kantor/tahan/", views.pause, name="pause"),
    path("kantor/tahan/<int:pk>/lanjutkan/", views.pause_lifted, name="pause_lifted"),
    path("petugas/", views.officers, name="officers"),
    path("petugas/tambah/", views.officer, name="officer_add"),
    path("petugas/<int:pk>/", views.officer, name="officer"),
]
