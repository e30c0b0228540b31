"""One spelling for all addresses of the same page."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.errors import BadRecord
from corpus.urls import canonical_url, page_of, source_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com", "https://example.com/"),
        ("  http://example.com/a \n", "https://example.com/a"),
        ("HTTP://Example.COM:80/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:8080/a/", "https://example.com:8080/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com/a//b/", "https://example.com/a//b"),
        ("https://example.com/a#top", "https://example.com/a"),
        ("https://example.com/#!/a/b/", "https://example.com/#!/a/b"),
        ("https://example.com/app#/a", "https://example.com/app#/a"),
        ("https://example.com/a#/", "https://example.com/a"),
        ("https://example.com/A", "https://example.com/A"),
        ("https://example.com/?b=2&a=1&a=0", "https://example.com/?a=0&a=1&b=2"),
        ("https://example.com/?utm_source=x&id=7&FBCLID=1", "https://example.com/?id=7"),
        ("https://example.com/?utm%5Fsource=x", "https://example.com/"),
        ("https://example.com/?ref=home&s=1", "https://example.com/?ref=home&s=1"),
        ("https://example.com/%7euser/%e4%b8", "https://example.com/~user/%E4%B8"),
        ("https://example.com/a%2fb", "https://example.com/a%2Fb"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://München.de/ä?ö=ü", "https://xn--mnchen-3ya.de/%C3%A4?%C3%B6=%C3%BC"),
        ("https://xn--mnchen-3ya.de/", "https://xn--mnchen-3ya.de/"),
        ("http://[::1]:80/x", "https://[::1]/x"),
        ("https://1.2.3.4/x", "https://1.2.3.4/x"),
        ("https://example.com/" + "../" * 1000, "https://example.com/"),
    ],
)
def test_canonical_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "absolute"),
        ("/2011/11/16/a", "absolute"),
        ("example.com/a", "absolute"),
        ("//example.com/a", "absolute"),
        ("ftp://example.com/", "absolute"),
        ("javascript:alert(1)", "absolute"),
        ("https:///a", "absolute"),
        ("https://user:secret@example.com/", "password"),
        ("https://example.com\\@evil.example/", "password"),
        ("https://example.com:99999/", "not a web address"),
        ("https://example..com/", "not a web address"),
        ("https://exa mple.com/", "not a web address"),
        ("https://-a.com/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://[v1.a]/", "not a web address"),
        ("https://" + "a" * 64 + ".com/", "not a web address"),
        ("https://" + "ä." * 200 + "com/", "not a web address"),
        ("https://example.com/\ud800", "control"),
        ("https://example.com/\0", "control"),
        ("https://example.com/a\nb", "control"),
        ("https://example.com/" + "a" * 1_000_000, "4,096"),
    ],
)
def test_what_is_no_address(url: str, why: str) -> None:
    for function in (canonical_url, source_of):
        with pytest.raises(BadRecord, match=why) as error:
            function(url)
        assert error.value.field == "url"
        assert "secret" not in str(error.value)
        assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://www.TheMoscowTimes.com/2011/11/16/a10836", "themoscowtimes.com"),
        ("http://news.bbc.co.uk:80/1/hi.stm", "news.bbc.co.uk"),
        ("https://münchen.de/", "xn--mnchen-3ya.de"),
    ],
)
def test_source(url: str, source: str) -> None:
    assert source_of(url) == source


@given(
    st.sampled_from(["http://", "https://", "HTTPS://a.b/", "http://a.b?", "//", ""]),
    st.text(max_size=30) | st.text(alphabet="aä.:[]/?#%2fF&=;@+ \\~-", max_size=30),
)
@example("http://", "0/;/")  # w3lib drops an empty `;`, which bared another slash
@example("http://a.b/", "x/.//;/")
def test_idempotent_with_only_the_documented_error(start: str, rest: str) -> None:
    try:
        once = canonical_url(start + rest)
    except BadRecord:
        return
    assert canonical_url(once) == once
    assert source_of(once) == source_of(start + rest)


@pytest.mark.parametrize("piece", ["../", "%", "?&", "?a=1&", ";", "/", "ä", "#"])
def test_fast_on_the_longest(piece: str) -> None:
    start = time.perf_counter()
    canonical_url("https://example.com/" + piece * (4000 // len(piece)))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "url",
    [
        "http://www.post.example/2024/dam", "https://post.example/2024/dam/", "https://m.post.example/2024/dam",
        "https://amp.post.example/2024/dam", "https://www.post.example/amp/2024/dam", "https://post.example//2024//dam",
        "https://post.example/2024/dam/amp/", "https://post.example/2024/dam.amp", "https://post.example/2024/Dam",
        "https://post.example/2024/dam/index.html", "https://post.example/2024/dam/default.aspx",
        "https://post.example/2024/dam;jsessionid=0A1B", "https://post.example/2024/dam?print=true",
        "https://post.example/2024/dam?page=1", "https://post.example/2024/dam?amp", "https://post.example/2024/dam?ref=rss",
        "https://post.example/2024/dam?CMP=share&ns_campaign=rss&xtor=RSS-1", "https://post.example/2024/dam#xtor=RSS-1",
        "https://post-example.cdn.ampproject.org/c/s/post.example/2024/dam", "https://post.example:443/2024/dam?fbclid=x",
        "https://www.google.co.uk/amp/s/amp.post.example/2024/dam", "https://www.google.com/amp/post.example/2024/dam",
        "https://web.archive.org/web/20240305120000/https://www.post.example/2024/dam",
        "https://web.archive.org/web/20240305120000id_/http://post.example:80/2024/dam",
        "https://archive.ph/o/AbCdE/https://post.example/2024/dam", "https://archive.is/2024.03.05-1/post.example/2024/dam",
    ],
)  # fmt: skip
def test_addresses_of_one_page(url: str) -> None:
    assert page_of(url) == "https://post.example/2024/dam"
    assert page_of(page_of(url)) == page_of(url)
    assert source_of(url) == "post.example"


@pytest.mark.parametrize(
    "url",
    [
        "https://post.example/2024/dams", "https://post.example/2024/dam?id=7", "https://post.example/2024/dam?page=2",
        "https://other.example/2024/dam", "https://live.post.example/2024/dam", "https://post.example/2024/dam#!/a",
        "https://post.example/2024/dam/ampere", "https://post.example:8080/2024/dam", "https://web.archive.org/web/2024/",
    ],
)  # fmt: skip
def test_addresses_of_other_pages(url: str) -> None:
    assert page_of(url) != "https://post.example/2024/dam"
    assert page_of(page_of(url)) == page_of(url)
