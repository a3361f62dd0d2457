from django.urls import path

from moderation.drafting import canned_views, views

urlpatterns = [
    path("draf/<int:pk>/ajukan/", views.draft_submit, name="draft_submit"),
    path("draf/<int:pk>/urung/", views.draft_take_back, name="draft_take_back"),
    path("draf/<int:pk>/setujui/", views.draft_approve, name="draft_approve"),
    path("draf/<int:pk>/kembalikan/", views.draft_return, name="draft_return"),
    path("draf/<int:pk>/kirim/", views.draft_send, name="draft_send"),
    path("draf/<int:pk>/batal/", views.draft_drop, name="draft_drop"),
    path("kasus/<int:pk>/diterima/", views.case_received, name="case_received"),
    path("kasus/<int:pk>/minta-rincian/", views.case_ask_privately, name="case_ask_privately"),
    path("kalimat/", canned_views.canned_texts, name="canned_texts"),
    path("kalimat/tambah/", canned_views.canned_text, name="canned_text_add"),
    path("kalimat/<slug:key>/", canned_views.canned_text, name="canned_text"),
    path("kalimat/<slug:key>/hapus/", canned_views.canned_text_remove, name="canned_text_remove"),
    path("kalimat/<slug:key>/bawaan/", canned_views.canned_text_shipped, name="canned_text_shipped"),
]
