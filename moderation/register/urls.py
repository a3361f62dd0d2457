from django.urls import path

from moderation.register import views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/buat/", views.register_make, name="register_make"),
    path("register/berkas/<int:pk>/", views.export_file, name="export_file"),
]
