"""`python tests/leverantor/main.py FILE`: a provider of OpenID Connect that is not ours, on a free port of loopback.

Django OAuth Toolkit over oauthlib, as agencies run it, with a database in memory. FILE has, as JSON, the client
(`klient`, `hemlighet`, `ater`, `utloggad`), the users with passwords and claims (`anvandare`) and, where what else it
signs is to be signed by the tests, its private key (`nyckel`). Prints its issuer once it answers, and ends when its
standard input does.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

LOGIN = """<form method="post">{% csrf_token %}{{ form.as_p }}<input type="hidden" name="next" value="{{ next }}">
<button>Logga in</button></form>"""
GIVEN: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text()) if len(sys.argv) > 1 else {}


def key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    none = serialization.NoEncryption()
    return made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none).decode()


settings.configure(
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:leverantor?mode=memory&cache=shared"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": ["django.template.context_processors.request"],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN}),
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ],
    ROOT_URLCONF=__name__,
    LOGIN_URL="/logga-in/",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": GIVEN.get("nyckel") or key(),
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
        "OAUTH2_VALIDATOR_CLASS": f"{__name__}.Claims",
        "PKCE_REQUIRED": True,
        "SCOPES": {"openid": "who you are"},
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402


class Claims(OAuth2Validator):
    """Says of a user what the file says."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return dict(GIVEN["anvandare"][request.user.username]["ansprak"])


urlpatterns = [
    path("logga-in/", LoginView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None: ...


def main() -> None:
    """Serve until nobody listens any more."""
    call_command("migrate", verbosity=0)
    for name, user in GIVEN["anvandare"].items():
        User.objects.create_user(name, password=user["losen"])
    get_application_model().objects.create(
        client_id=GIVEN["klient"],
        client_secret=GIVEN["hemlighet"],
        client_type="confidential" if GIVEN["hemlighet"] else "public",
        authorization_grant_type="authorization-code",
        redirect_uris=" ".join(GIVEN["ater"]),
        post_logout_redirect_uris=" ".join(GIVEN["utloggad"]),
        skip_authorization=True,
        algorithm="RS256",
        name="samverkanshub",
    )
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/o", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
