from django.urls import path

from moderation.consultation import views

urlpatterns = [
    path("kasus/<int:pk>/konsultasi/", views.consultations, name="consultations"),
    path("kasus/<int:pk>/konsultasi/gambar/", views.masked_picture, name="consultation_picture"),
    path("kasus/<int:pk>/konsultasi/tanya/", views.ask, name="consultation_ask"),
    path("konsultasi/<int:pk>/balasan/", views.enter, name="consultation_enter"),
    path("konsultasi/balasan/<int:pk>/pakai/", views.adopt, name="consultation_adopt"),
    path("konsultasi/balasan/<int:pk>/belum/", views.set_aside, name="consultation_set_aside"),
]
