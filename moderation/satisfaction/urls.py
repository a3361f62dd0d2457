from django.urls import path

from moderation.satisfaction import views

urlpatterns = [
    path("kasus/<int:pk>/sudah-teratasi/", views.case_ask_solved, name="case_ask_solved"),
    path("sudah-teratasi/<int:pk>/catat/<int:message>/", views.solved_heard, name="solved_heard"),
    path("teratasi/<str:token>/", views.solved, name="solved"),
]
