"""Where the snippet goes in what websites are made with; docs/install.md has the same recipes."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sites.models import Site
from sites.snippet import script_tag

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Code:
    """A piece to copy; `file` is where it goes, a name that is the same in every language or words."""

    file: Sentence
    text: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to install the snippet with one tool; `note` is what else has to be known, or ""."""

    name: str
    title: Sentence
    text: Sentence
    codes: tuple[Code, ...]
    note: Sentence = ""


def recipes(site: Site) -> tuple[Recipe, ...]:
    """Return the recipes with the snippet of a site filled in, the simplest first."""
    tag, source = script_tag(site), f"{settings.SITE_URL}/t.js"
    return (
        _html(tag),
        _wordpress(tag),
        _next(source, site.key),
        _django(source, site.key),
        _hugo(tag),
        _tag_manager(source, site.key),
    )


def _html(tag: str) -> Recipe:
    return Recipe(
        "html",
        _("Plain HTML"),
        _(
            "Before the end of the head of each page, or of the template that all pages are made of."
        ),
        (Code("index.html", f"<head>\n  …\n  {tag}\n</head>"),),
    )


def _wordpress(tag: str) -> Recipe:
    text = f"""<?php
/* Plugin Name: Django-Tracking */
add_action( 'wp_head', function () {{
    echo '{tag}';
}} );
"""
    return Recipe(
        "wordpress",
        "WordPress",
        _(
            "Save this as a file of your own; WordPress runs it by itself, whatever theme is in use."
            " A plugin that adds code to the head does the same."
        ),
        (Code("wp-content/mu-plugins/django-tracking.php", text),),
        _("A plugin that combines or delays scripts must leave t.js alone. Empty its cache once."),
    )


def _next(source: str, key: str) -> Recipe:
    text = f"""import Script from "next/script";

export default function RootLayout({{ children }}: {{ children: React.ReactNode }}) {{
  return (
    <html lang="en">
      <body>
        {{children}}
        <Script src="{source}" data-site="{key}" />
      </body>
    </html>
  );
}}
"""
    return Recipe(
        "nextjs",
        "Next.js",
        _("Add the last line of the body, and the import, to the layout of all pages."),
        (Code("app/layout.tsx", text),),
        _("Views of pages that are changed without loading are counted by themselves."),
    )


def _django(source: str, key: str) -> Recipe:
    template = (
        "{% if tracking_key %}"
        f'<script defer src="{source}" data-site="{{{{ tracking_key }}}}"></script>'
        "{% endif %}"
    )
    processor = """from django.conf import settings


def tracking(request):
    return {"tracking_key": getattr(settings, "TRACKING_KEY", "")}
"""
    setting = f"""TRACKING_KEY = "" if DEBUG else "{key}"
TEMPLATES[0]["OPTIONS"]["context_processors"].append("yourproject.context_processors.tracking")
"""
    return Recipe(
        "django",
        "Django",
        _(
            "The line itself in the base template is enough. With a context processor, only the site"
            " that is in use has it, and not the one on your desk."
        ),
        (
            Code("templates/base.html", template),
            Code("yourproject/context_processors.py", processor),
            Code("yourproject/settings.py", setting),
        ),
        _("With a Content-Security-Policy, allow this address in script-src and connect-src."),
    )


def _hugo(tag: str) -> Recipe:
    return Recipe(
        "hugo",
        "Hugo",
        _("A partial with the line, and where the base template ends its head, a call of it."),
        (
            Code(
                "layouts/_partials/tracking.html",
                f"{{{{ if hugo.IsProduction }}}}{tag}{{{{ end }}}}",
            ),
            Code("layouts/baseof.html", '{{ partial "tracking.html" . }}\n</head>'),
        ),
        _(
            "Before Hugo 0.146 the folders are layouts/partials and layouts/_default. Many themes have a"
            " partial of yours for the head already, such as extend_head.html."
        ),
    )


def _tag_manager(source: str, key: str) -> Recipe:
    text = f"""<script>
  (function () {{
    var script = document.createElement("script");
    script.src = "{source}";
    script.setAttribute("data-site", "{key}");
    document.head.appendChild(script);
  }})();
</script>
"""
    return Recipe(
        "gtm",
        "Google Tag Manager",
        _(
            "Make a tag of the type Custom HTML with this text and the trigger Initialization – All"
            " Pages. The plain line does not work there: the manager takes its attributes away."
        ),
        (Code(_("Custom HTML"), text),),
        _(
            "Content blockers hold the manager back, and this with it; where visitors must agree to the"
            " manager first, nobody is counted before. The line in the pages themselves counts more."
        ),
    )
