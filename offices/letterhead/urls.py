from django.urls import path

from offices.letterhead import views

urlpatterns = [
    path("kantor/kop-surat/", views.letterhead, name="letterhead"),
    path("kantor/kop-surat/logo/", views.letterhead_logo, name="letterhead_logo"),
]
