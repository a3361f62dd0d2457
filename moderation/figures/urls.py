from django.urls import path

from moderation.figures import views

urlpatterns = [
    path("angka/", views.figures_page, name="figures"),
    path("angka/sasaran/", views.targets_page, name="targets"),
    path("angka/<slug:kind>.svg", views.picture, name="figures_picture"),
]
