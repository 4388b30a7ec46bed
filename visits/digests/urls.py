"""What recipients of mails open."""

from django.urls import path

from visits.digests import views

urlpatterns = [
    path("mail/unsubscribe/<str:token>/", views.mail_unsubscribe, name="mail_unsubscribe"),
]
