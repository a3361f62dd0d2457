from django.urls import path

from moderation.joining import views

urlpatterns = [
    path("kotak-masuk/<int:pk>/kasus/cari/", views.message_find_case, name="message_find_case"),
    path("kotak-masuk/<int:pk>/kasus/<int:case>/", views.message_bring, name="message_bring"),
    path("kotak-masuk/<int:pk>/pisah/", views.message_split, name="message_split"),
    path("kasus/<int:pk>/sama/cari/", views.case_find_first, name="case_find_first"),
    path("kasus/<int:pk>/sama/<int:first>/", views.case_merge, name="case_merge"),
    path("kasus/<int:pk>/sama/batal/", views.case_part, name="case_part"),
]
