"""Pages that are not what was asked for: a name, the page, and the doubts that it deserves."""

from __future__ import annotations

from tests.server.pages.visits import LOGIN_FORM, WORDS, Row, write_page

BLOCKED = (
    Row(
        "cloudflare challenge",
        write_page(
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
        write_page(
            "Just a moment...", "<p>Verifying you are human. This may take a few seconds.</p>"
        ),
        ("blocked_page",),
    ),
    Row(
        "cloudflare block",
        write_page(
            "Attention Required! | Cloudflare",
            "<div id=cf-error-details><h1>Sorry, you have been blocked</h1><h2>You are unable to "
            "access example.com</h2><h2>Why have I been blocked?</h2><p>This website is using a "
            "security service to protect itself from online attacks. The action you just performed "
            "triggered the security solution. There are several actions that could trigger this "
            "block including submitting a certain word or phrase, a SQL command or malformed data."
            "</p><h2>What can I do to resolve this?</h2><p>You can email the site owner to let "
            "them know you were blocked.</p></div>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "cloudflare turnstile alone",
        write_page(
            "example.com", "<h1>example.com</h1><div class='cf-turnstile' data-sitekey=x></div>"
        ),
        ("blocked_page",),
    ),
    Row(
        "hcaptcha alone",
        write_page("Please verify", "<p>Solve this to go on.</p><div class=h-captcha></div>"),
        ("blocked_page",),
    ),
    Row(
        "recaptcha alone",
        write_page(
            "example.com", "<form><p>One last thing.</p><div class='g-recaptcha'></div></form>"
        ),
        ("blocked_page",),
    ),
    Row(
        "datadome",
        write_page(
            "example.com",
            "<p id=cmsg>Please enable JS and disable any ad blocker</p><script>var dd={'host':"
            "'geo.captcha-delivery.com'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "perimeterx",
        write_page(
            "Access to this page has been denied",
            "<div id=px-captcha></div><p>Press &amp; Hold to confirm you are a human (and not a "
            "bot).</p><p>Reference ID 1234</p>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "imperva frame",
        write_page(
            "",
            "<iframe src='/_Incapsula_Resource?SWUDNSAI=31&xinfo=1'>Request unsuccessful.</iframe>",
        ),
        ("blocked_page",),
    ),
    Row(
        "imperva words",
        write_page("", "<p>Request unsuccessful. Incapsula incident ID: 123-456</p>"),
        ("blocked_page",),
    ),
    Row(
        "akamai",
        write_page(
            "Access Denied",
            '<h1>Access Denied</h1>You don\'t have permission to access "http://example.com/" on '
            "this server.<p>Reference #18.abc<p>https://errors.edgesuite.net/18.abc",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "aws waf",
        write_page(
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
        write_page("Vercel Security Checkpoint", "<p>We're verifying your browser</p>"),
        ("http_error", "blocked_page"),
        429,
    ),
    Row(
        "sucuri",
        write_page(
            "Sucuri WebSite Firewall - Access Denied",
            "<h1>Access Denied - Sucuri Website Firewall</h1><p>If you are the site owner, please "
            "open a ticket.</p>",
        ),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "amazon",
        write_page(
            "Amazon.com",
            "<form action='/errors/validateCaptcha'><h4>Enter the characters you see below</h4>"
            "<p>Sorry, we just need to make sure you're not a robot.</p><input type=text></form>",
        ),
        ("blocked_page",),
    ),
    Row(
        "google",
        write_page(
            "https://www.google.com/search?q=x",
            "<p>Our systems have detected unusual traffic from your computer network.</p>"
            "<form action=index><div class=g-recaptcha></div></form>",
        ),
        ("http_error", "blocked_page"),
        429,
    ),
    Row(
        "ddos-guard",
        write_page("DDoS-Guard", "<h1>Checking your browser before accessing example.com</h1>"),
        ("http_error", "blocked_page"),
        403,
    ),
    Row(
        "pardon our interruption",
        write_page(
            "Pardon Our Interruption",
            "<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser "
            "made us think you were a bot.</p>",
        ),
        ("blocked_page",),
    ),
    Row(
        "german refusal",
        write_page("Zugriff verweigert", "<p>Kein Zugriff.</p>"),
        ("blocked_page",),
    ),
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
        write_page(
            "Acme",
            "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"
            "<script src=/main.js></script>",
        ),
        ("empty_page",),
    ),
    Row("a counting pixel", write_page("A", "<img width=1 height=1 src=/p.gif>"), ("empty_page",)),
    Row(
        "only what is hidden",
        write_page("A", "<div hidden>text</div><p style='display: none'>x</p>"),
        ("empty_page",),
    ),
    Row("no content", "", ("empty_page",), 204),
    Row("an error without words", "", ("http_error", "empty_page"), 500),
)

LOGINS = (
    Row(
        "a login form",
        write_page(
            "Sign in", f"<h1>Sign in</h1>{LOGIN_FORM.format('Sign in')}<a href=/f>Forgot it?</a>"
        ),
        ("login_wall",),
    ),
    Row(
        "a login with a name",
        write_page(
            "Sign in to Acme · Acme", f"<h1>Welcome back</h1>{LOGIN_FORM.format('Continue')}"
        ),
        ("login_wall",),
    ),
    Row(
        "only the button says so", write_page("Acme", LOGIN_FORM.format("Log in")), ("login_wall",)
    ),
    Row(
        "a login in german", write_page("Anmelden", LOGIN_FORM.format("Anmelden")), ("login_wall",)
    ),
    Row(
        "a login in japanese",
        write_page("ログイン", LOGIN_FORM.format("ログイン")),
        ("login_wall",),
    ),
    Row(
        "an address first",
        write_page(
            "Log in", "<h1>Log in to continue</h1><form><input type=email><button>Next</button>"
        ),
        ("login_wall",),
    ),
    Row(
        "sent to the login",
        write_page("Acme", f"<p>{WORDS}</p>{LOGIN_FORM.format('Go')}"),
        ("login_wall",),
        url="https://example.com/users/sign_in?next=%2Faccount",
        requested_url="https://example.com/account",
    ),
    Row(
        "sent to a login of somebody else",
        write_page("Acme", "<p>Redirecting to your identity provider</p>"),
        ("login_wall",),
        url="https://sso.example.org/start",
        requested_url="https://example.com/wiki",
    ),
    Row(
        "unauthorized",
        write_page("Login", LOGIN_FORM.format("Login")),
        ("http_error", "login_wall"),
        401,
    ),
)

MISSING = (
    Row(
        "not found",
        write_page("Page not found", "<h1>Page not found</h1><p>Sorry.</p>"),
        ("soft_404",),
    ),
    Row(
        "with the site's name",
        write_page("Page Not Found | Acme", "<p>Try the search.</p>"),
        ("soft_404",),
    ),
    Row("a number", write_page("404", "<h1>404</h1><p>Go home.</p>"), ("soft_404",)),
    Row("error 404", write_page("Acme", "<h1>Error 404</h1><p>Lost?</p>"), ("soft_404",)),
    Row(
        "an excuse",
        write_page("Acme", "<h1>Oops! The page you requested could not be found.</h1>"),
        ("soft_404",),
    ),
    Row(
        "another one",
        write_page("Acme", "<h2>We can’t find the page you’re looking for</h2>"),
        ("soft_404",),
    ),
    Row("a product", write_page("Product not found – Shop", "<p>Gone.</p>"), ("soft_404",)),
    Row("not found in german", write_page("Seite nicht gefunden", "<p>Leider.</p>"), ("soft_404",)),
    Row(
        "not found in french",
        write_page("Page introuvable - Acme", "<p>Désolé.</p>"),
        ("soft_404",),
    ),
    Row("not found in russian", write_page("Страница не найдена", "<p>404</p>"), ("soft_404",)),
    Row("not found in chinese", write_page("页面不存在", "<p>抱歉</p>"), ("soft_404",)),
    Row(
        "really not found",
        write_page("Page not found", "<h1>Page not found</h1>"),
        ("http_error",),
        404,
    ),
    Row(
        "a server error", write_page("Error", "<p>Something went wrong.</p>"), ("http_error",), 503
    ),
)

WALLS = (*BLOCKED, *EMPTY, *LOGINS, *MISSING)
