from django.urls import path

from moderation.notes import views

urlpatterns = [path("kasus/<int:pk>/catatan/", views.case_note, name="case_note")]
