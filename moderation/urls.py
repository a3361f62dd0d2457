from django.urls import include, path

from moderation import case_views, form_views, search_views, views
from moderation.drafting import views as drafting_views

urlpatterns = [
    path("", views.today, name="today"),
    path("cari/", search_views.search, name="search"),
    path("jumlah/", views.counts, name="counts"),
    path("kotak-masuk/", views.inbox, name="inbox"),
    path("kotak-masuk/tulis/", views.enter, name="message_enter"),
    path("kotak-masuk/<int:pk>/", views.message, name="message"),
    path("kotak-masuk/<int:pk>/jawab/", drafting_views.message_answer, name="message_answer"),
    path("kotak-masuk/<int:pk>/jenis/", views.message_label, name="message_label"),
    path("kotak-masuk/<int:pk>/kasus/", views.message_case, name="message_case"),
    path("kotak-masuk/<int:pk>/selesai/", views.message_dismiss, name="message_dismiss"),
    path("kotak-masuk/<int:pk>/moderasi/<slug:kind>/", views.message_moderate, name="message_moderate"),
    path("jawaban/<int:pk>/dengan-tangan/", views.answer_by_hand, name="answer_by_hand"),
    path("kotak-masuk/<int:pk>/tangkapan/", case_views.message_upload, name="message_upload"),
    path("kiriman/<int:pk>/", views.outgoing, name="outgoing"),
    path("terima-kasih/<int:pk>/kirim/", views.thanks_send, name="thanks_send"),
    path("terima-kasih/<int:pk>/hentikan/", views.thanks_stop, name="thanks_stop"),
    path("terima-kasih/<int:pk>/tolak/", views.thanks_decline, name="thanks_decline"),
    path("kasus/", case_views.cases, name="cases"),
    path("kasus/<int:pk>/", case_views.case, name="case"),
    path("kasus/<int:pk>/ambil/", case_views.case_take, name="case_take"),
    path("kasus/<int:pk>/tutup/", case_views.case_close, name="case_close"),
    path("kasus/<int:pk>/buka/", case_views.case_reopen, name="case_reopen"),
    path("", include("moderation.consultation.urls")),
    path("", include("moderation.drafting.urls")),
    path("", include("moderation.figures.urls")),
    path("", include("moderation.judging.urls")),
    path("bukti/<int:pk>/", case_views.evidence, name="evidence"),
    path("bukti/<int:pk>/lagi/", case_views.evidence_again, name="evidence_again"),
    path("tanya/<slug:slug>/", form_views.ask, name="question_ask"),
    path("tanya/<slug:slug>/jawaban/", form_views.look_up, name="question_look_up"),
    path("tanya/<slug:slug>/<str:number>/", form_views.ticket, name="question_ticket"),
]
