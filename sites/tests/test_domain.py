"""What a person types as a domain."""

import pytest

from sites.domain import InvalidDomain, normalise_domain, readable_domain


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("example.com", "example.com"),
        ("  Example.COM  ", "example.com"),
        ("https://Example.com/path?query=1#part", "example.com"),
        ("http://example.com:8080/", "example.com"),
        ("example.com:443", "example.com"),
        ("example.com/path", "example.com"),
        ("www.example.com", "example.com"),
        ("https://www.example.co.uk/", "example.co.uk"),
        ("blog.example.com", "blog.example.com"),
        ("example.com.", "example.com"),
        ("user:secret@example.com", "example.com"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("https://Bücher.de:8443/", "xn--bcher-kva.de"),
        ("xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("my-site.io", "my-site.io"),
        ("localhost", "localhost"),
        ("http://localhost:3000", "localhost"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("[::1]:8000", "::1"),
        ("::1", "::1"),
    ],
)
def test_domain_is_normalised(typed: str, domain: str) -> None:
    assert normalise_domain(typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "https://",
        "example",
        "not a domain.com",
        "exa_mple.com",
        "-example.com",
        "example-.com",
        "example..com",
        ".com",
        "www.com.",
        "a" * 64 + ".com",
        ".".join(["abcdefgh"] * 32),
        "https://[half.com",
        "javascript:alert(1)",
        "example.com<script>",
        "exam\x00ple.com",
        "🙈🙉.c m",
        "1.2.3",
        "☃.",
    ],
)
def test_wrong_domain_gets_a_sentence(typed: str) -> None:
    with pytest.raises(InvalidDomain) as caught:
        normalise_domain(typed)

    assert str(caught.value).endswith(".")
    assert "example.com" in str(caught.value)


@pytest.mark.parametrize(
    ("domain", "readable"),
    [
        ("example.com", "example.com"),
        ("xn--bcher-kva.de", "bücher.de"),
        ("xn--r8jz45g.jp", "例え.jp"),
        ("xn--zzzzzzzzzzz.de", "xn--zzzzzzzzzzz.de"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
    ],
)
def test_domain_is_readable(domain: str, readable: str) -> None:
    assert readable_domain(domain) == readable
