from django.urls import path

from moderation.consultation import link_views, views

urlpatterns = [
    path("kasus/<int:pk>/konsultasi/", views.consultations, name="consultations"),
    path("kasus/<int:pk>/konsultasi/gambar/", views.masked_picture, name="consultation_picture"),
    path("kasus/<int:pk>/konsultasi/tanya/", views.ask, name="consultation_ask"),
    path("konsultasi/<int:pk>/balasan/", views.enter, name="consultation_enter"),
    path("konsultasi/balasan/<int:pk>/pakai/", views.adopt, name="consultation_adopt"),
    path("konsultasi/balasan/<int:pk>/belum/", views.set_aside, name="consultation_set_aside"),
    path("konsultasi/balasan/<int:pk>/lampiran/", views.attachment, name="consultation_attachment"),
    path("arahan/<str:token>/", link_views.link, name="consultation_link"),
    path("arahan/<str:token>/waktu/", link_views.link_time, name="consultation_link_time"),
    path("arahan/<str:token>/teruskan/", link_views.link_pass, name="consultation_link_pass"),
    path("arahan/<str:token>/gambar/", link_views.link_picture, name="consultation_link_picture"),
]
