from django.urls import path

from moderation.records import views

urlpatterns = [
    path("kasus/<int:pk>/dokumen/", views.documents, name="case_documents"),
    path("kasus/<int:pk>/periksa/", views.check, name="case_check"),
    path("kasus/<int:pk>/berkas/<slug:kind>/", views.make_folder, name="case_folder"),
    path("pesan/<int:pk>/hapus-data/", views.erase, name="message_erase"),
]
