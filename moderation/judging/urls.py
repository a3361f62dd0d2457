from django.urls import path

from moderation.judging import topic_views, views

urlpatterns = [
    path("kosakata/", views.vocabulary, name="vocabulary"),
    path("kosakata/coba/", views.vocabulary_try, name="vocabulary_try"),
    path("kosakata/<int:pk>/urung/", views.vocabulary_undo, name="vocabulary_undo"),
    path("ketepatan/", views.trust_page, name="trust"),
    path("ketepatan/nyalakan/", views.trust_on, name="trust_on"),
    path("ketepatan/usulkan/", views.trust_off, name="trust_off"),
    path("topik/", topic_views.topics, name="topics"),
    path("topik/<int:pk>/", topic_views.topic, name="topic"),
    path("topik/<int:pk>/pensiun/", topic_views.topic_retire, name="topic_retire"),
    path("topik/<int:pk>/kembali/", topic_views.topic_back, name="topic_back"),
    path("kasus/<int:pk>/gawat/", views.case_emergency, name="case_emergency"),
    path("terima-kasih/<int:pk>/tarik/", views.thanks_take_back, name="thanks_take_back"),
]
