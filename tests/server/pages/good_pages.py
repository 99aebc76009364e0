"""Good pages that look a little like walls: none of them is to be doubted."""

from __future__ import annotations

from tests.server.pages.visits import LOGIN_FORM, WORDS, Row, write_article, write_page

GOOD = (
    Row("an article", write_article("A road along the river")),
    Row("a long article", write_article("A road along the river", times=30)),
    Row(
        "an article about captchas", write_article("Are you a robot? How captchas changed the web")
    ),
    Row(
        "an article of that very name",
        write_article("Are you a robot?", "<p>Verify you are human.</p>"),
    ),
    Row(
        "a question about a challenge",
        write_article(
            "Site says 'Enable JavaScript and cookies to continue'",
            "<pre>Just a moment...\nEnable JavaScript and cookies to continue</pre>",
        ),
    ),
    Row("a manual on error 404", write_article("404 errors explained")),
    Row("MDN on 404", write_article("404 Not Found - HTTP | MDN", "<h1>404 Not Found</h1>")),
    Row(
        "a short note on 404",
        write_page("404 errors explained", "<h1>404 errors explained</h1><p>Why."),
    ),
    Row(
        "how to fix it",
        write_page("How to fix 'page not found'", "<h1>Fixing it</h1><p>Check the URL."),
    ),
    Row(
        "a news site called 404",
        write_page("404 Media", "<h1>404 Media</h1><p>Unparalleled access."),
    ),
    Row(
        "a car called 404", write_page("Peugeot 404 (1960)", "<h1>Peugeot 404</h1><p>A sedan.</p>")
    ),
    Row("a room", write_page("Room 404 | Hotel", "<h1>Room 404</h1><p>With a view.</p>")),
    Row(
        "an error that is another",
        write_page("Error", "<h1>Error</h1><p>The concept in statistics."),
    ),
    Row(
        "prices with a login in the menu",
        write_page(
            "Pricing", "<nav><a href=/login>Log in</a></nav><h1>Pricing</h1><p>Starter $19, Pro $49"
        ),
    ),
    Row(
        "a home page with a login form",
        write_page(
            "Acme", f"<header>{LOGIN_FORM.format('Log in')}</header><h1>Acme</h1><p>{WORDS * 3}"
        ),
    ),
    Row(
        "a registration",
        write_page(
            "Sign up", f"<h1>Create your account</h1>{LOGIN_FORM.format('Sign up')}<a>Log in</a>"
        ),
    ),
    Row(
        "a new password",
        write_page("Change password", f"<h1>Change password</h1>{LOGIN_FORM.format('Save')}"),
    ),
    Row(
        "the login that was asked for",
        write_page("Sign in", f"<h1>Sign in</h1>{LOGIN_FORM.format('Sign in')}"),
        url="https://example.com/login",
        requested_url="https://example.com/login",
    ),
    Row(
        "a search of logins",
        write_page(
            "Login pages in design", "<form><input type=search></form><h1>Login pages</h1><p>Look."
        ),
    ),
    Row(
        "a manual's page that moved",
        write_article("How to log in"),
        url="https://example.com/docs/login/",
        requested_url="https://example.com/docs/login.html",
    ),
    Row(
        "a contact form with a captcha",
        write_page(
            "Contact",
            "<h1>Contact</h1><form><input name=name><textarea></textarea>"
            "<div class=g-recaptcha></div><button>Send</button></form>",
        ),
    ),
    Row(
        "a good page behind cloudflare",
        write_page(
            "Status",
            "<h1>All systems go</h1><script>window.__CF$cv$params={r:'1'};a.src='/cdn-cgi/"
            "challenge-platform/scripts/jsd/main.js'</script>",
        ),
    ),
    Row(
        "a good page behind datadome",
        write_page(
            "Lamp", "<h1>Lamp</h1><p>$5</p><script src='https://js.datadome.co/tags.js'></script>"
        ),
    ),
    Row(
        "an application with a captcha in its head",
        write_page(
            "Acme", "<p>Loading…", "<script src='https://www.google.com/recaptcha/api.js'></script>"
        ),
    ),
    Row(
        "a series called Blocked",
        write_page("Blocked | Series", "<h1>Blocked</h1><p>A comedy in six parts.</p>"),
    ),
    Row(
        "a security check at an airport",
        write_page("Security check | Airport", "<h1>Security check</h1><p>Be early."),
    ),
    Row("a picture", write_page("Photo", "<img src=/photo.jpg alt=''>")),
    Row("one word", write_page("", "ok")),
    Row(
        "a redirect that is fine", write_page("Home", "<p>Hello"), url="https://www.example.com/en/"
    ),
    Row("a page not modified", write_page("Home", "<p>Hello"), status=203),
)
