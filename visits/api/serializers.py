"""Sites as the API shows them: named fields only, whatever the model grows."""

from __future__ import annotations

from rest_framework import serializers

from sites.models import Site


class SiteSerializer(serializers.ModelSerializer[Site]):
    class Meta:
        model = Site
        fields = ("id", "name", "domain", "key", "time_zone", "created_at")
        read_only_fields = fields
