"""Pages that are not what was asked for, and good ones that look a little like them.

Hand-written after what sites really send, shortened. Each row is a name, the page, the doubts that
it deserves, and where it came from, if that matters.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A page, and what it deserves."""

    name: str
    html: str
    reasons: tuple[str, ...] = ()
    status: int = 200
    url: str = "https://example.com/page"
    requested_url: str = "https://example.com/page"


_WORDS = (
    "The team met on Tuesday to talk about the road that leads along the river, and about what it "
    "would take to keep it open in winter. Most of those who live there want it wider; some would "
    "rather see it closed to lorries. A decision is expected in May, when the council has its money. "
)


def _page(title: str, body: str, head: str = "") -> str:
    return f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>{body}"


def _article(title: str, body: str = "", times: int = 6) -> str:
    menu = "".join(f"<a href='/{at}'>Topic {at}</a>" for at in range(15))
    return _page(title, f"<nav>{menu}</nav><h1>{title}</h1>{body}<p>{_WORDS * times}</p>")


_LOGIN_FORM = (
    "<form action=/session method=post><label>E-mail <input type=email name=e></label>"
    "<label>Password <input type=password name=p></label><button>{}</button></form>"
)

BLOCKED = (
    Row(
        "cloudflare challenge",
        _page(
            "Just a moment...",
            "<div class=main-wrapper><noscript><div id=challenge-error-title>"
            "<span id='challenge-error-text'>Enable JavaScript and cookies to continue</span></div>"
            "</noscript></div><script>window._cf_chl_opt={cvId:'3',cType:'managed'};</script>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "cloudflare challenge with status 200",
        _page("Just a moment...", "<p>Verifying you are human. This may take a few seconds.</p>"),
        ("blocked_page",),
    ),
    Row(
        "cloudflare block",
        _page(
            "Attention Required! | Cloudflare",
            "<div id=cf-error-details><h1>Sorry, you have been blocked</h1><h2>You are unable to "
            "access example.com</h2><h2>Why have I been blocked?</h2><p>This website is using a "
            "security service to protect itself from online attacks. The action you just performed "
            "triggered the security solution. There are several actions that could trigger this "
            "block including submitting a certain word or phrase, a SQL command or malformed data."
            "</p><h2>What can I do to resolve this?</h2><p>You can email the site owner to let them "
            "know you were blocked.</p></div>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "cloudflare turnstile alone",
        _page("example.com", "<h1>example.com</h1><div class='cf-turnstile' data-sitekey=x></div>"),
        ("blocked_page",),
    ),
    Row(
        "hcaptcha alone",
        _page("Please verify", "<p>Solve this to go on.</p><div class=h-captcha></div>"),
        ("blocked_page",),
    ),
    Row(
        "recaptcha alone",
        _page("example.com", "<form><p>One last thing.</p><div class='g-recaptcha'></div></form>"),
        ("blocked_page",),
    ),
    Row(
        "datadome",
        _page(
            "example.com",
            "<p id=cmsg>Please enable JS and disable any ad blocker</p><script>var dd={'host':"
            "'geo.captcha-delivery.com'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "perimeterx",
        _page(
            "Access to this page has been denied",
            "<div id=px-captcha></div><p>Press &amp; Hold to confirm you are a human (and not a "
            "bot).</p><p>Reference ID 1234</p>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "imperva frame",
        _page(
            "",
            "<iframe src='/_Incapsula_Resource?SWUDNSAI=31&xinfo=1'>Request unsuccessful.</iframe>",
        ),
        ("blocked_page",),
    ),
    Row(
        "imperva words",
        _page("", "<p>Request unsuccessful. Incapsula incident ID: 123-456</p>"),
        ("blocked_page",),
    ),
    Row(
        "akamai",
        _page(
            "Access Denied",
            '<h1>Access Denied</h1>You don\'t have permission to access "http://example.com/" on '
            "this server.<p>Reference #18.abc<p>https://errors.edgesuite.net/18.abc",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "aws waf",
        _page(
            "",
            "<script>window.awsWafCookieDomainList=[];window.gokuProps={}</script>"
            "<noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that "
            "you're not a robot.</noscript>",
        ),
        ("blocked_page",),
        202,
    ),
    Row(
        "kasada",
        "<html><head></head><body><script>window.KPSDK={};</script><script src='/ips.js'></script>",
        ("http_error", "blocked_page"),
        429,
    ),
    Row(
        "vercel checkpoint",
        _page("Vercel Security Checkpoint", "<p>We're verifying your browser</p>"),
        ("http_error", "blocked_page"),
        429,
    ),
    Row(
        "sucuri",
        _page(
            "Sucuri WebSite Firewall - Access Denied",
            "<h1>Access Denied - Sucuri Website Firewall</h1><p>If you are the site owner, please "
            "open a ticket.</p>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "amazon",
        _page(
            "Amazon.com",
            "<form action='/errors/validateCaptcha'><h4>Enter the characters you see below</h4>"
            "<p>Sorry, we just need to make sure you're not a robot.</p><input type=text></form>",
        ),
        ("blocked_page",),
    ),
    Row(
        "google",
        _page(
            "https://www.google.com/search?q=x",
            "<p>Our systems have detected unusual traffic from your computer network.</p>"
            "<form action=index><div class=g-recaptcha></div></form>",
        ),
        ("http_error", "blocked_page"),
        429,
    ),
    Row(
        "ddos-guard",
        _page("DDoS-Guard", "<h1>Checking your browser before accessing example.com</h1>"),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "pardon our interruption",
        _page(
            "Pardon Our Interruption",
            "<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser "
            "made us think you were a bot.</p>",
        ),
        ("blocked_page",),
    ),
    Row("german refusal", _page("Zugriff verweigert", "<p>Kein Zugriff.</p>"), ("blocked_page",)),
)

EMPTY = (
    Row("nothing", "", ("empty_page",)),
    Row("white space", " \n\t ", ("empty_page",)),
    Row(
        "an empty body",
        "<html><head><title>Acme</title></head><body></body></html>",
        ("empty_page",),
    ),
    Row(
        "an application without its scripts",
        _page(
            "Acme",
            "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"
            "<script src=/main.js></script>",
        ),
        ("empty_page",),
    ),
    Row("a counting pixel", _page("A", "<img width=1 height=1 src=/p.gif>"), ("empty_page",)),
    Row(
        "only what is hidden",
        _page("A", "<div hidden>text</div><p style='display: none'>x</p>"),
        ("empty_page",),
    ),
    Row("no content", "", ("empty_page",), 204),
    Row("an error without words", "", ("http_error", "empty_page"), 500),
)

LOGINS = (
    Row(
        "a login form",
        _page(
            "Sign in", f"<h1>Sign in</h1>{_LOGIN_FORM.format('Sign in')}<a href=/f>Forgot it?</a>"
        ),
        ("login_wall",),
    ),
    Row(
        "a login with a name",
        _page("Sign in to Acme · Acme", f"<h1>Welcome back</h1>{_LOGIN_FORM.format('Continue')}"),
        ("login_wall",),
    ),
    Row("only the button says so", _page("Acme", _LOGIN_FORM.format("Log in")), ("login_wall",)),
    Row("a login in german", _page("Anmelden", _LOGIN_FORM.format("Anmelden")), ("login_wall",)),
    Row("a login in japanese", _page("ログイン", _LOGIN_FORM.format("ログイン")), ("login_wall",)),
    Row(
        "an address first",
        _page("Log in", "<h1>Log in to continue</h1><form><input type=email><button>Next</button>"),
        ("login_wall",),
    ),
    Row(
        "sent to the login",
        _page("Acme", f"<p>{_WORDS}</p>{_LOGIN_FORM.format('Go')}"),
        ("login_wall",),
        url="https://example.com/users/sign_in?next=%2Faccount",
        requested_url="https://example.com/account",
    ),
    Row(
        "sent to a login of somebody else",
        _page("Acme", "<p>Redirecting to your identity provider</p>"),
        ("login_wall",),
        url="https://sso.example.org/start",
        requested_url="https://example.com/wiki",
    ),
    Row(
        "unauthorized",
        _page("Login", _LOGIN_FORM.format("Login")),
        ("http_error", "login_wall"),
        401,
    ),
)

MISSING = (
    Row(
        "not found", _page("Page not found", "<h1>Page not found</h1><p>Sorry.</p>"), ("soft_404",)
    ),
    Row(
        "with the site's name",
        _page("Page Not Found | Acme", "<p>Try the search.</p>"),
        ("soft_404",),
    ),
    Row("a number", _page("404", "<h1>404</h1><p>Go home.</p>"), ("soft_404",)),
    Row("error 404", _page("Acme", "<h1>Error 404</h1><p>Lost?</p>"), ("soft_404",)),
    Row(
        "an excuse",
        _page("Acme", "<h1>Oops! The page you requested could not be found.</h1>"),
        ("soft_404",),
    ),
    Row(
        "another one",
        _page("Acme", "<h2>We can’t find the page you’re looking for</h2>"),
        ("soft_404",),
    ),
    Row("a product", _page("Product not found – Shop", "<p>Gone.</p>"), ("soft_404",)),
    Row("not found in german", _page("Seite nicht gefunden", "<p>Leider.</p>"), ("soft_404",)),
    Row("not found in french", _page("Page introuvable - Acme", "<p>Désolé.</p>"), ("soft_404",)),
    Row("not found in russian", _page("Страница не найдена", "<p>404</p>"), ("soft_404",)),
    Row("not found in chinese", _page("页面不存在", "<p>抱歉</p>"), ("soft_404",)),
    Row(
        "really not found",
        _page("Page not found", "<h1>Page not found</h1>"),
        ("http_error",),
        404,
    ),
    Row("a server error", _page("Error", "<p>Something went wrong.</p>"), ("http_error",), 503),
)

GOOD = (
    Row("an article", _article("A road along the river")),
    Row("an article about captchas", _article("Are you a robot? How captchas changed the web")),
    Row(
        "an article of that very name", _article("Are you a robot?", "<p>Verify you are human.</p>")
    ),
    Row(
        "a question about a challenge",
        _article(
            "Site says 'Enable JavaScript and cookies to continue'",
            "<pre>Just a moment...\nEnable JavaScript and cookies to continue</pre>",
        ),
    ),
    Row("a manual on error 404", _article("404 errors explained")),
    Row("MDN on 404", _article("404 Not Found - HTTP | MDN", "<h1>404 Not Found</h1>")),
    Row(
        "a short note on 404", _page("404 errors explained", "<h1>404 errors explained</h1><p>Why.")
    ),
    Row(
        "how to fix it", _page("How to fix 'page not found'", "<h1>Fixing it</h1><p>Check the URL.")
    ),
    Row("a news site called 404", _page("404 Media", "<h1>404 Media</h1><p>Unparalleled access.")),
    Row("a car called 404", _page("Peugeot 404 (1960)", "<h1>Peugeot 404</h1><p>A sedan.</p>")),
    Row("a room", _page("Room 404 | Hotel", "<h1>Room 404</h1><p>With a view.</p>")),
    Row("an error that is another", _page("Error", "<h1>Error</h1><p>The concept in statistics.")),
    Row(
        "prices with a login in the menu",
        _page(
            "Pricing", "<nav><a href=/login>Log in</a></nav><h1>Pricing</h1><p>Starter $19, Pro $49"
        ),
    ),
    Row(
        "a home page with a login form",
        _page(
            "Acme", f"<header>{_LOGIN_FORM.format('Log in')}</header><h1>Acme</h1><p>{_WORDS * 3}"
        ),
    ),
    Row(
        "a registration",
        _page(
            "Sign up", f"<h1>Create your account</h1>{_LOGIN_FORM.format('Sign up')}<a>Log in</a>"
        ),
    ),
    Row(
        "a new password",
        _page("Change password", f"<h1>Change password</h1>{_LOGIN_FORM.format('Save')}"),
    ),
    Row(
        "the login that was asked for",
        _page("Sign in", f"<h1>Sign in</h1>{_LOGIN_FORM.format('Sign in')}"),
        url="https://example.com/login",
        requested_url="https://example.com/login",
    ),
    Row(
        "a search of logins",
        _page(
            "Login pages in design", "<form><input type=search></form><h1>Login pages</h1><p>Look."
        ),
    ),
    Row(
        "a manual's page that moved",
        _article("How to log in"),
        url="https://example.com/docs/login/",
        requested_url="https://example.com/docs/login.html",
    ),
    Row(
        "a contact form with a captcha",
        _page(
            "Contact",
            "<h1>Contact</h1><form><input name=name><textarea></textarea>"
            "<div class=g-recaptcha></div><button>Send</button></form>",
        ),
    ),
    Row(
        "a good page behind cloudflare",
        _page(
            "Status",
            "<h1>All systems go</h1><script>window.__CF$cv$params={r:'1'};a.src='/cdn-cgi/"
            "challenge-platform/scripts/jsd/main.js'</script>",
        ),
    ),
    Row(
        "a good page behind datadome",
        _page(
            "Lamp", "<h1>Lamp</h1><p>$5</p><script src='https://js.datadome.co/tags.js'></script>"
        ),
    ),
    Row(
        "an application with a captcha in its head",
        _page(
            "Acme", "<p>Loading…", "<script src='https://www.google.com/recaptcha/api.js'></script>"
        ),
    ),
    Row(
        "a series called Blocked",
        _page("Blocked | Series", "<h1>Blocked</h1><p>A comedy in six parts.</p>"),
    ),
    Row(
        "a security check at an airport",
        _page("Security check | Airport", "<h1>Security check</h1><p>Be early."),
    ),
    Row("a picture", _page("Photo", "<img src=/photo.jpg alt=''>")),
    Row("one word", _page("", "ok")),
    Row("a redirect that is fine", _page("Home", "<p>Hello"), url="https://www.example.com/en/"),
    Row("a page not modified", _page("Home", "<p>Hello"), status=203),
)

ROWS = (*BLOCKED, *EMPTY, *LOGINS, *MISSING, *GOOD)
