"""The words and names by which walls are known: tables, in the spelling that they are compared in.

All words are folded by `fold`, which leaves letters, digits and single spaces.
"""

from __future__ import annotations

import re

__all__ = [
    "CAPTCHA_CLASSES",
    "CHALLENGE_NAMES",
    "LOGIN_PATHS",
    "LOGIN_STARTS",
    "LOGIN_WORDS",
    "MISSING_WORDS",
    "REFUSALS",
    "REGISTER_WORDS",
    "WALL_TITLES",
    "drop_fillers",
    "fold",
]

_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return a text as it is compared with these tables.

    >>> fold("  Just a moment… ")
    'just a moment'
    """
    return _NO_WORD.sub(" ", text.casefold().replace("’", "").replace("'", "")).strip()


# What only the page of a challenge or a refusal holds, and by whom. Names that the same vendors
# leave on good pages, such as /cdn-cgi/challenge-platform/scripts/jsd or js.datadome.co, are not
# here.
CHALLENGE_NAMES = {
    "_cf_chl_opt": "Cloudflare",
    "cf-browser-verification": "Cloudflare",
    "cf-error-details": "Cloudflare",
    "challenge-error-text": "Cloudflare",
    "captcha-delivery.com": "DataDome",
    "px-captcha": "PerimeterX",
    "_incapsula_resource?swudnsai": "Imperva",
    "incapsula incident id": "Imperva",
    "awswafcookiedomainlist": "AWS WAF",
    "window.gokuprops": "AWS WAF",
    "window.kpsdk": "Kasada",
    "ddos-guard.net/check": "DDoS-Guard",
    "/.well-known/vercel/security/": "Vercel",
    "sucuri_cloudproxy_js": "Sucuri",
    "errors.edgesuite.net": "Akamai",
    "/_sec/cp_challenge/": "Akamai",
    "/errors/validatecaptcha": "Amazon",
    "google.com/sorry/": "Google",
}
# Classes of the widgets; they stand in many a form, too.
CAPTCHA_CLASSES = ("cf-turnstile", "frc-captcha", "g-recaptcha", "geetest", "h-captcha")
# Titles and headings that walls have and nothing else.
WALL_TITLES = frozenset(
    map(
        fold,
        (
            "Access denied",
            "Access to this page has been denied",
            "Are you a human?",
            "Are you a robot?",
            "Are you human?",
            "Attention Required!",
            "Bot verification",
            "Checking your browser",
            "Checking your browser before accessing",
            "Checking if the site connection is secure",
            "Client Challenge",
            "DDoS-Guard",
            "Human verification",
            "Just a moment...",
            "Just a second...",
            "Pardon our interruption",
            "Please verify you are a human",
            "Please wait... | Cloudflare",
            "Request blocked",
            "Request rejected",
            "Robot check",
            "Robot or human?",
            "Security checkpoint",
            "Sorry, you have been blocked",
            "Sucuri Website Firewall - Access Denied",
            "The request could not be satisfied",
            "Vercel Security Checkpoint",
            "Verify you are human",
            "Verifying you are human",
            "You are being rate limited",
            "You have been blocked",
            "Your access to this site has been limited by the site owner",
            "Zugriff verweigert",
            "Accès refusé",
            "Acceso denegado",
            "Accesso negato",
            "Acesso negado",
            "Доступ ограничен",
            "Доступ запрещен",
        ),
    )
)
# What walls say.
REFUSALS = tuple(
    map(
        fold,
        (
            "Checking your browser before accessing",
            "Complete the security check to access",
            "Completing the CAPTCHA proves you are a human",
            "Confirm you are a human",
            "Confirm you are human",
            "Enable JavaScript and cookies to continue",
            "Enter the characters you see below",
            "Incapsula incident ID",
            "make sure you're not a robot",
            "needs to review the security of your connection before proceeding",
            "Our systems have detected unusual traffic",
            "Please enable JS and disable any ad blocker",
            "Please enable cookies. Sorry, you have been blocked",
            "Pretty sure you're a bot",
            "something about your browser made us think you were a bot",
            "Sorry, you have been blocked",
            "This process is automatic. Your browser will redirect",
            "Type the characters you see in this image",
            "Verify that you are not a robot",
            "Verify you are a human",
            "Verify you are human",
            "Verifying you are human",
            "We have detected unusual activity",
            "You are unable to access",
            "You don't have permission to access",
            "Your request has been blocked",
            "make sure that you are a human",
        ),
    )
)
# What stands above a form that asks for a password, or on its button.
LOGIN_WORDS = frozenset(
    map(
        fold,
        (
            "Account login",
            "Log in",
            "Log in to continue",
            "Log in to your account",
            "Log on",
            "Login",
            "Login required",
            "Member login",
            "Please log in",
            "Please log in to continue",
            "Please sign in",
            "Sign in",
            "Sign in to continue",
            "Sign in to your account",
            "Sign-in",
            "Single sign-on",
            "Accedi",
            "Acceder",
            "Anmelden",
            "Anmeldung",
            "Connexion",
            "Einloggen",
            "Entrar",
            "Fazer login",
            "Inicia sesión",
            "Iniciar sesión",
            "Inloggen",
            "Kirjaudu",
            "Kirjaudu sisään",
            "Logga in",
            "Logg inn",
            "Log ind",
            "Logowanie",
            "Zaloguj się",
            "Se connecter",
            "S'identifier",
            "Přihlášení",
            "Přihlásit se",
            "Giriş yap",
            "Đăng nhập",
            "Войти",
            "Вход",
            "Авторизация",
            "Увійти",
            "تسجيل الدخول",
            "ログイン",
            "サインイン",
            "登录",
            "登入",
            "로그인",
        ),
    )
)
# What begins a longer title of that kind: "Sign in to Acme".
LOGIN_STARTS = tuple(f"{each} " for each in ("sign in to", "log in to", "login to", "anmelden bei"))
# What asks for a password as well, and is a page of its own.
REGISTER_WORDS = ("create", "join", "register", "registrieren", "sign up", "signup", "inscription")
# Parts of a path that lead to a login.
LOGIN_PATHS = frozenset(
    {
        *("log-in", "log_in", "login", "logon", "servicelogin", "sign-in", "sign_in", "signin"),
        *("sso", "wp-login"),
    }
)
# What is said besides: "Oops! Sorry, the page you requested could not be found. Error 404".
_FILLERS = frozenset(
    {
        *("404", "ah", "code", "die", "error", "erreur", "fehler", "http", "https", "oh", "oops"),
        *("requested", "seems", "so", "sorry", "status", "that", "the", "this", "uh", "ups", "we"),
        *("whoops", "you", "your"),
    }
)


def drop_fillers(text: str) -> str:
    """Return a folded text without the words that make an excuse of it.

    >>> drop_fillers("oops 404 the page you requested could not be found")
    'page could not be found'
    """
    return " ".join(word for word in text.split() if word not in _FILLERS)


# What a page that is not there says, apart from fillers.
MISSING_WORDS = frozenset(
    drop_fillers(fold(each))
    for each in (
        "",
        "not found",
        "page not found",
        "page was not found",
        "page is not found",
        "page cannot be found",
        "page can't be found",
        "page could not be found",
        "page couldn't be found",
        "page doesn't exist",
        "page does not exist",
        "page no longer exists",
        "page isn't available",
        "page is not available",
        "page is no longer available",
        "page unavailable",
        "page missing",
        "page is missing",
        "page has moved or doesn't exist",
        "can't find page",
        "cannot find page",
        "could not find page",
        "couldn't find page",
        "can't find page you're looking for",
        "couldn't find page you were looking for",
        "page you are looking for doesn't exist",
        "page you're looking for can't be found",
        "page you were looking for doesn't exist",
        "content not found",
        "document not found",
        "file not found",
        "item not found",
        "listing not found",
        "post not found",
        "product not found",
        "resource not found",
        "nothing found here",
        "Seite nicht gefunden",
        "Seite existiert nicht",
        "Page introuvable",
        "Page non trouvée",
        "Cette page n'existe pas",
        "Página no encontrada",
        "Página não encontrada",
        "Pagina non trovata",
        "Pagina niet gevonden",
        "Sidan hittades inte",
        "Siden blev ikke fundet",
        "Siden ble ikke funnet",
        "Sivua ei löytynyt",
        "Strona nie znaleziona",
        "Nie znaleziono strony",
        "Stránka nenalezena",
        "Az oldal nem található",
        "Sayfa bulunamadı",  # noqa: RUF001 - Turkish
        "Pagina nu a fost găsită",
        "Страница не найдена",
        "Сторінку не знайдено",
        "ページが見つかりません",
        "页面不存在",
        "页面未找到",
        "找不到页面",
        "找不到網頁",
        "페이지를 찾을 수 없습니다",
    )
)
