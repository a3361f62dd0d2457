from django.urls import path

from moderation.steps import hours_views, procedure_views, views

urlpatterns = [
    path("kasus/<int:pk>/waktu/", views.case_clock, name="case_clock"),
    path("kasus/<int:pk>/waktu/tunggu/", views.case_wait, name="case_wait"),
    path("kasus/<int:pk>/waktu/lanjut/", views.case_go_on, name="case_go_on"),
    path("kasus/<int:pk>/waktu/perpanjang/", views.case_extend, name="case_extend"),
    path("kantor/jam-kerja/", hours_views.hours, name="hours"),
    path("kantor/jam-kerja/ubah/", hours_views.hours_week, name="hours_week"),
    path("kantor/jam-kerja/unit/<int:unit>/", hours_views.hours_week, name="hours_week_unit"),
    path("kantor/jam-kerja/biasa/", hours_views.hours_preset, name="hours_preset"),
    path("kantor/jam-kerja/unit/<int:unit>/biasa/", hours_views.hours_preset, name="hours_preset_unit"),
    path("kantor/hari-libur/", hours_views.day_add, name="day_add"),
    path("kantor/hari-libur/<int:pk>/hapus/", hours_views.day_remove, name="day_remove"),
    path("kantor/prosedur/", procedure_views.procedure, name="procedure"),
    path("kantor/prosedur/ubah/", procedure_views.procedure_edit, name="procedure_edit"),
    path("kantor/prosedur/<int:pk>/", procedure_views.procedure_version, name="procedure_version"),
]
