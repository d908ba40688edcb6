"""The public pages of impact, and its figures as open data."""

from django.urls import path

from . import page, tables
from .page import together
from .says import SAYS

__all__ = ["SAYS", "app_name", "together", "urlpatterns"]

app_name = "impact"
urlpatterns = [
    path("", page.figures, name="figures"),
    path("indicators.csv", tables.indicators_csv, name="indicators_csv"),
    path("indicators.json", tables.indicators_json, name="indicators_json"),
    path("weekly.csv", tables.weekly_csv, name="weekly_csv"),
    path("datapackage.json", tables.datapackage, name="datapackage"),
]
