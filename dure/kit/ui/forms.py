"""How forms are drawn: our own templates for a whole form and for a field; widgets stay Django's."""

from django.forms.renderers import TemplatesSetting


class DureRenderer(TemplatesSetting):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
