"""Every address of the desk. Those of people are Indonesian; `admin/` is the plain rest."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("offices.urls")),
    path("", include("connectors.urls")),
    path("", include("scheduler.urls")),
    path("", include("moderation.urls")),
    path("admin/", admin.site.urls),
]
