from django.urls import path

from moderation.handling import views

urlpatterns = [
    path("kasus/<int:pk>/tindak-lanjut/", views.case_handle, name="case_handle"),
    path("kasus/<int:pk>/serahkan/", views.case_hand_over, name="case_hand_over"),
]
