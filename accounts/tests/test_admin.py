import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import State, User
from accounts.tests.factories import OTHER_PASSWORD, PASSWORD, make_user, sign_in, signed_in_email

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"


@pytest.fixture
def root(client):
    """A superuser, signed in."""
    root = make_user("root@example.com", is_staff=True, is_superuser=True)
    client.force_login(root)
    return root


@pytest.fixture
def clerk(client):
    """Staff who may change and delete users, signed in."""
    clerk = make_user("clerk@example.com", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["accounts", "account"])
    )
    client.force_login(clerk)
    return clerk


def page_of(user, action="change"):
    return reverse(f"admin:accounts_user_{action}", args=[user.pk])


def form_of(client, user):
    """Return what the change form of `user` would post if nothing was typed."""
    form = client.get(page_of(user)).context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values |= {"sites-TOTAL_FORMS": "0", "sites-INITIAL_FORMS": "0"}
    return {name: value for name, value in values.items() if value not in (None, False)}


def run_action(client, name, *users):
    return client.post(
        USERS, {"action": name, "_selected_action": [user.pk for user in users]}, follow=True
    )


# Signing in


@pytest.mark.parametrize("path", ["/admin/", USERS, "/admin/login/"])
def test_strangers_sign_in_where_everybody_does(client, path):
    response = client.get(path, follow=True)

    assert response.request["PATH_INFO"] == reverse("account_login")
    assert response.context["redirect_field_value"] == path


def test_the_admin_has_no_sign_in_of_its_own(client, root):
    client.logout()

    response = client.post("/admin/login/", {"username": "root@example.com", "password": PASSWORD})

    assert response["Location"].startswith(reverse("account_login"))
    assert signed_in_email(client) == ""


def test_staff_come_to_the_admin_after_sign_in(client, root):
    client.logout()

    response = sign_in(client, "root@example.com", next="/admin/")

    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/")["Location"] == "/admin/"


@pytest.mark.parametrize("path", ["/admin/", USERS])
def test_an_owner_is_refused_and_not_sent_in_circles(client, path):
    client.force_login(make_user())

    response = client.get(path, follow=True)

    assert response.status_code == 403
    assert len(response.redirect_chain) <= 1


def test_staff_without_permissions_see_no_users(client):
    client.force_login(make_user(is_staff=True))

    assert client.get("/admin/").status_code == 200
    assert client.get(USERS).status_code == 403


# The list


def test_the_list_shows_role_state_and_sites(client, root, mail_configured):
    ada = make_user("ada@example.com", is_confirmed=False)
    for number in (1, 2):
        apps.get_model("sites", "Site").objects.create(
            owner=ada, name="x", domain=f"{number}.example"
        )

    page = client.get(USERS).content.decode()

    assert "Unverified" in page
    assert "Superuser" in page
    assert '<td class="field-sites">2</td>' in page


def test_the_list_takes_as_many_queries_for_many_users(
    client, root, mail_configured, django_assert_max_num_queries
):
    for number in range(30):
        make_user(f"user{number}@example.com")

    with django_assert_max_num_queries(6):
        client.get(USERS)


@pytest.mark.parametrize(
    ("query", "emails"),
    [
        ({"q": "ADA"}, ["ada@example.com"]),
        ({"q": "Lovelace"}, ["ada@example.com"]),
        ({"role": "superuser"}, ["root@example.com"]),
        ({"role": "owner"}, ["ada@example.com", "bob@example.com", "eve@example.com"]),
        ({"state": "inactive"}, ["eve@example.com"]),
        ({"state": "unverified"}, ["bob@example.com"]),
        ({"state": "active"}, ["ada@example.com", "root@example.com"]),
        ({"state": "nonsense"}, "all"),
    ],
)
def test_the_list_is_searched_and_filtered(client, root, mail_configured, query, emails):
    make_user("ada@example.com", display_name="Ada Lovelace")
    make_user("bob@example.com", is_confirmed=False)
    make_user("eve@example.com", is_active=False)
    everybody = ["ada@example.com", "bob@example.com", "eve@example.com", "root@example.com"]

    found = client.get(USERS, query).context["cl"].result_list

    assert [user.email for user in found] == (everybody if emails == "all" else emails)


def test_a_name_is_shown_as_text(client, root):
    make_user(display_name="<script>alert(1)</script>")

    assert b"<script>alert(1)" not in client.get(USERS).content


# One user


def test_a_user_is_added_with_a_confirmed_address(client, root, mail_configured):
    client.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "Ada@Example.com",
            "display_name": "Ada",
            "password1": OTHER_PASSWORD,
            "password2": OTHER_PASSWORD,
        },
    )

    ada = User.objects.get(email="ada@example.com")
    assert ada.check_password(OTHER_PASSWORD)
    assert ada.state() is State.ACTIVE


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "ROOT@example.com"}, "email"),
        ({"email": "ada"}, "email"),
        ({"password1": "short", "password2": "short"}, "password2"),
        ({"password2": "something else"}, "password2"),
    ],
)
def test_wrong_input_gets_a_sentence(client, root, fields, wrong):
    data = {
        "email": "ada@example.com",
        "password1": OTHER_PASSWORD,
        "password2": OTHER_PASSWORD,
        **fields,
    }

    response = client.post(reverse("admin:accounts_user_add"), data)

    assert wrong in response.context["adminform"].form.errors
    assert User.objects.count() == 1


def test_an_address_that_staff_change_counts_as_confirmed(client, root, mail_configured):
    ada = make_user("ada@example.com", is_confirmed=False)

    client.post(page_of(ada), {**form_of(client, ada), "email": "ada@example.net"})

    ada.refresh_from_db()
    rows = EmailAddress.objects.filter(user=ada).values_list("email", "primary", "verified")
    assert ada.email == "ada@example.net"
    assert list(rows) == [("ada@example.net", True, True)]


def test_other_changes_do_not_confirm_an_address(client, root, mail_configured):
    ada = make_user("ada@example.com", is_confirmed=False)

    client.post(page_of(ada), {**form_of(client, ada), "display_name": "Ada"})

    ada.refresh_from_db()
    assert ada.display_name == "Ada"
    assert ada.state() is State.UNVERIFIED


def test_the_password_hash_is_neither_shown_nor_taken(client, root):
    ada = make_user("ada@example.com")

    page = client.get(page_of(ada)).content.decode()
    client.post(page_of(ada), {**form_of(client, ada), "password": "md5$x$y"})

    assert 'name="password"' not in page
    assert ada.password not in page
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_staff_set_a_password(client, root):
    ada = make_user("ada@example.com")

    client.post(
        reverse("admin:auth_user_password_change", args=[ada.pk]),
        {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD},
    )

    ada.refresh_from_db()
    assert ada.check_password(OTHER_PASSWORD)


# Powers


def test_only_a_superuser_gives_powers(client, clerk):
    ada = make_user("ada@example.com")

    client.post(
        page_of(ada),
        {**form_of(client, ada), "is_staff": "on", "is_superuser": "on", "user_permissions": ["1"]},
    )

    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser, ada.user_permissions.count()) == (False, False, 0)


def test_staff_change_an_owner(client, clerk):
    ada = make_user("ada@example.com")

    client.post(page_of(ada), {**form_of(client, ada), "display_name": "Ada"})

    ada.refresh_from_db()
    assert ada.display_name == "Ada"


@pytest.mark.parametrize("powers", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_staff_do_not_touch_somebody_with_powers(client, clerk, powers):
    chief = make_user("chief@example.com", **powers)
    password_page = reverse("admin:auth_user_password_change", args=[chief.pk])

    changed = client.post(page_of(chief), {"email": "clerk2@example.com"})
    taken_over = client.post(
        password_page, {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    )
    deleted = client.post(page_of(chief, "delete"), {"post": "yes"})
    run_action(client, "deactivate", chief)
    client.post(
        USERS,
        {"action": "delete_selected", "_selected_action": [chief.pk], "post": "yes"},
    )

    chief.refresh_from_db()
    assert [changed.status_code, taken_over.status_code, deleted.status_code] == [403] * 3
    assert (chief.email, chief.is_active) == ("chief@example.com", True)
    assert chief.check_password(PASSWORD)


def test_staff_give_no_powers_to_themselves(client, clerk):
    assert client.post(page_of(clerk), {"is_superuser": "on"}).status_code == 403


# Actions


def test_deactivated_users_are_out_and_it_is_noted(client, root):
    ada, bob = make_user("ada@example.com"), make_user("bob@example.com")

    response = run_action(client, "deactivate", ada, bob)

    assert "2 deactivated." in response.content.decode()
    assert not User.objects.filter(pk__in=[ada.pk, bob.pk], is_active=True).exists()
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == ["Deactivated."] * 2


def test_deactivated_users_can_be_activated(client, root):
    ada = make_user("ada@example.com", is_active=False)

    run_action(client, "activate", ada)

    ada.refresh_from_db()
    assert ada.is_active


def test_nobody_deactivates_themselves(client, root):
    response = run_action(client, "deactivate", root)

    root.refresh_from_db()
    assert root.is_active
    assert "Left out" in response.content.decode()


def test_the_delete_page_names_the_sites_in_few_queries(
    client, root, django_assert_max_num_queries
):
    ada = make_user("ada@example.com")
    apps.get_model("sites", "Site").objects.create(owner=ada, name="Blog", domain="ada.example")

    with django_assert_max_num_queries(8):
        page = client.get(page_of(ada, "delete")).content.decode()

    assert "Blog (ada.example) and all its visits" in page


def test_a_user_is_deleted_with_the_sites(client, root):
    ada = make_user("ada@example.com")
    site_model = apps.get_model("sites", "Site")
    site_model.objects.create(owner=ada, name="Blog", domain="ada.example")

    client.post(page_of(ada, "delete"), {"post": "yes"})

    assert list(User.objects.all()) == [root]
    assert not site_model.objects.exists()


# Addresses


def test_addresses_are_looked_at_not_typed(client, root):
    ada = make_user("ada@example.com", is_confirmed=False)
    row = EmailAddress.objects.get(user=ada)
    page = reverse("admin:account_emailaddress_change", args=[row.pk])

    client.post(page, {"email": "eve@example.com", "verified": "on"})

    row.refresh_from_db()
    assert (row.email, row.verified) == ("ada@example.com", False)
    assert client.get(reverse("admin:account_emailaddress_add")).status_code == 403


def test_an_address_is_confirmed_by_the_action(client, root, mail_configured):
    ada = make_user("ada@example.com", is_confirmed=False)

    client.post(
        reverse("admin:account_emailaddress_changelist"),
        {"action": "make_verified", "_selected_action": [ada.emailaddress_set.get().pk]},
    )

    assert ada.state() is State.ACTIVE


@pytest.mark.parametrize("powers", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_support_neither_confirms_nor_deletes_addresses_of_staff(client, db, powers):
    support = make_user("support@example.com", is_staff=True)
    support.groups.add(Group.objects.get(name="Support"))
    client.force_login(support)
    ada = make_user("ada@example.com", is_confirmed=False)
    boss = make_user("boss@example.com", is_confirmed=False, **powers)
    own, other = (user.emailaddress_set.get().pk for user in (ada, boss))

    for action in ("make_verified", "delete_selected"):
        chosen = {"action": action, "_selected_action": [own, other], "post": "yes"}
        client.post(reverse("admin:account_emailaddress_changelist"), chosen)
    delete = reverse("admin:account_emailaddress_delete", args=[other])
    answer = client.post(delete, {"post": "yes"})

    assert answer.status_code == 403
    addresses = EmailAddress.objects.filter(pk__in=(own, other)).order_by("pk")
    assert list(addresses.values_list("email", "verified")) == [
        ("ada@example.com", True),
        ("boss@example.com", False),
    ]


def test_addresses_take_as_many_queries_for_many_users(client, root, django_assert_max_num_queries):
    for number in range(30):
        make_user(f"user{number}@example.com")

    with django_assert_max_num_queries(6):
        client.get(reverse("admin:account_emailaddress_changelist"), {"q": "user"})


@pytest.mark.parametrize("question", [{"email__regex": "^(a+)+$"}, {"date_joined__gte": "\x00"}])
def test_questions_that_no_database_should_get_are_refused(client, root, question):
    assert client.get(USERS, question).status_code == 400


@pytest.mark.parametrize("path", [USERS, "/admin/account/emailaddress/"])
def test_search_for_a_long_text_finds_nothing(client, root, path):
    assert client.get(path, {"q": "x" * 60_000}).status_code == 200
