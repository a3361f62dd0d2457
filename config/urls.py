"""Every address of the desk. Those of people are Indonesian; `admin/` is the plain rest."""

from django.contrib import admin
from django.urls import include, path

from config import installable
from config.style import style
from config.views import healthy

urlpatterns = [
    path("", include("offices.urls")),
    path("", include("connectors.urls")),
    path("", include("scheduler.urls")),
    path("", include("moderation.urls")),
    path("sehat/", healthy, name="healthy"),
    path("tanggap.webmanifest", installable.manifest, name="manifest"),
    path("favicon.ico", installable.favicon, name="favicon"),
    path("pekerja.js", installable.worker, name="service_worker"),
    path("gaya/", style, name="style"),
    path("luring/", installable.offline, name="offline"),
    path("admin/", admin.site.urls),
]

handler403 = "config.views.not_allowed"
