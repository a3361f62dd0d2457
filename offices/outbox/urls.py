from django.urls import path

from offices.outbox import views

urlpatterns = [
    path("pemberitahuan/", views.told_at, name="told_at"),
    path("pemberitahuan/alamat/<int:pk>/coba/", views.told_at_test, name="told_at_test"),
    path("pemberitahuan/alamat/<int:pk>/hapus/", views.told_at_remove, name="told_at_remove"),
]
