from django.urls import path

from scheduler import media, views

urlpatterns = [
    path("antrean/", views.queue, name="queue"),
    path("antrean/<int:pk>/", views.delivery, name="delivery"),
    path("antrean/<int:pk>/media/<int:index>/", views.media, name="delivery_media"),
    path("media-publik/<str:token>/", media.public_media, name="public_media"),
    path("kalender/", views.calendar_files, name="calendar_files"),
    path("kalender/templat.xlsx", views.template, name="calendar_template"),
    path("kalender/<int:pk>/", views.calendar_file, name="calendar_file"),
    path("kalender/<int:pk>/hilang/tarik/", views.missing_decided, {"verb": "tarik"}, name="missing_withdraw"),
    path("kalender/<int:pk>/hilang/biarkan/", views.missing_decided, {"verb": "biarkan"}, name="missing_keep"),
]
