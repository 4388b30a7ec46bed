"""User agents that browsers send, and how often one of them comes by."""

from __future__ import annotations

from typing import NamedTuple


class Agent(NamedTuple):
    """A browser's own name, one of the screens it runs on, and its weight among all visitors."""

    weight: int
    text: str
    screen: str


MOZILLA = "Mozilla/5.0"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = f"{MOZILLA} (Windows NT 10.0; Win64; x64)"
MAC = f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7)"
LINUX = f"{MOZILLA} (X11; Linux x86_64)"
ANDROID = f"{MOZILLA} (Linux; Android 10; K)"
GOOGLE_APP = "GSA/378.0.776193212 Mobile/15E148 Safari/604.1"
FACEBOOK = "[FBAN/FBIOS;FBAV/520.0.0.38.101;FBDV/iPhone15,2;FBSV/18.5;FBLC/de_DE]"


def _iphone(version: str) -> str:
    return f"{MOZILLA} (iPhone; CPU iPhone OS {version} like Mac OS X) {WEBKIT}"


def _firefox(system: str, version: int) -> str:
    return f"{MOZILLA} ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"


def _webview(model: str, version: int) -> str:
    return (
        f"{MOZILLA} (Linux; Android 14; {model}; wv) {BLINK} Version/4.0 "
        f"Chrome/{version}.0.7204.46 Mobile Safari/537.36"
    )


# Chrome 40 of 100, Safari 29, Edge 9, Firefox 8, Samsung 4 and the rest: about what is seen on the web.
AGENTS: tuple[Agent, ...] = (
    Agent(80, f"{WINDOWS} {BLINK} Chrome/138.0.0.0 Safari/537.36", "1920x1080"),
    Agent(40, f"{WINDOWS} {BLINK} Chrome/138.0.0.0 Safari/537.36", "1536x864"),
    Agent(25, f"{WINDOWS} {BLINK} Chrome/137.0.0.0 Safari/537.36", "2560x1440"),
    Agent(12, f"{WINDOWS} {BLINK} Chrome/136.0.0.0 Safari/537.36", "1366x768"),
    Agent(6, f"{WINDOWS} {BLINK} Chrome/131.0.0.0 Safari/537.36", "1920x1080"),
    Agent(3, f"{WINDOWS} {BLINK} Chrome/109.0.0.0 Safari/537.36", "1366x768"),
    Agent(30, f"{MAC} {BLINK} Chrome/138.0.0.0 Safari/537.36", "1440x900"),
    Agent(14, f"{MAC} {BLINK} Chrome/137.0.0.0 Safari/537.36", "1728x1117"),
    Agent(4, f"{MAC} {BLINK} Chrome/135.0.0.0 Safari/537.36", "2560x1440"),
    Agent(9, f"{LINUX} {BLINK} Chrome/138.0.0.0 Safari/537.36", "1920x1080"),
    Agent(4, f"{LINUX} {BLINK} Chrome/137.0.0.0 Safari/537.36", "2560x1440"),
    Agent(3, f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/137.0.0.0 Safari/537.36",
          "1366x768"),
    Agent(90, f"{ANDROID} {BLINK} Chrome/138.0.0.0 Mobile Safari/537.36", "412x915"),
    Agent(45, f"{ANDROID} {BLINK} Chrome/137.0.0.0 Mobile Safari/537.36", "360x800"),
    Agent(20, f"{ANDROID} {BLINK} Chrome/136.0.0.0 Mobile Safari/537.36", "393x873"),
    Agent(8, f"{ANDROID} {BLINK} Chrome/130.0.0.0 Mobile Safari/537.36", "384x832"),
    Agent(9, f"{ANDROID} {BLINK} Chrome/138.0.0.0 Safari/537.36", "800x1280"),
    Agent(7, _iphone("18_5") + " CriOS/138.0.7204.53 Mobile/15E148 Safari/604.1", "390x844"),
    Agent(110, _iphone("18_5") + " Version/18.5 Mobile/15E148 Safari/604.1", "390x844"),
    Agent(45, _iphone("18_5") + " Version/18.5 Mobile/15E148 Safari/604.1", "430x932"),
    Agent(25, _iphone("18_4") + " Version/18.4 Mobile/15E148 Safari/604.1", "393x852"),
    Agent(16, _iphone("17_6_1") + " Version/17.6 Mobile/15E148 Safari/604.1", "375x812"),
    Agent(9, _iphone("16_7_10") + " Version/16.6 Mobile/15E148 Safari/604.1", "414x896"),
    Agent(4, _iphone("15_8_3") + " Version/15.6.6 Mobile/15E148 Safari/604.1", "375x667"),
    Agent(8, f"{MOZILLA} (iPad; CPU OS 18_5 like Mac OS X) {WEBKIT} Version/18.5 Mobile/15E148 "
             "Safari/604.1", "820x1180"),
    Agent(3, f"{MOZILLA} (iPad; CPU OS 17_7 like Mac OS X) {WEBKIT} Version/17.7 Mobile/15E148 "
             "Safari/604.1", "768x1024"),
    Agent(45, f"{MAC} {WEBKIT} Version/18.5 Safari/605.1.15", "1440x900"),
    Agent(14, f"{MAC} {WEBKIT} Version/18.4 Safari/605.1.15", "1512x982"),
    Agent(8, f"{MAC} {WEBKIT} Version/17.6 Safari/605.1.15", "1280x800"),
    Agent(2, f"{MAC} {WEBKIT} Version/16.6 Safari/605.1.15", "2560x1440"),
    Agent(50, f"{WINDOWS} {BLINK} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "1920x1080"),
    Agent(22, f"{WINDOWS} {BLINK} Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0", "1536x864"),
    Agent(7, f"{WINDOWS} {BLINK} Chrome/134.0.0.0 Safari/537.36 Edg/134.0.0.0", "2560x1440"),
    Agent(4, f"{MAC} {BLINK} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "1728x1117"),
    Agent(4, f"{ANDROID} {BLINK} Chrome/138.0.0.0 Mobile Safari/537.36 EdgA/138.0.0.0", "412x915"),
    Agent(2, _iphone("18_5") + " Version/18.0 EdgiOS/137.0.3296.92 Mobile/15E148 Safari/604.1",
          "390x844"),
    Agent(26, _firefox("Windows NT 10.0; Win64; x64", 140), "1920x1080"),
    Agent(10, _firefox("Windows NT 10.0; Win64; x64", 139), "1536x864"),
    Agent(5, _firefox("Windows NT 10.0; Win64; x64", 128), "1920x1080"),
    Agent(2, _firefox("Windows NT 6.1; Win64; x64", 115), "1366x768"),
    Agent(14, _firefox("X11; Linux x86_64", 140), "1920x1080"),
    Agent(6, _firefox("X11; Ubuntu; Linux x86_64", 139), "2560x1440"),
    Agent(4, _firefox("X11; Linux x86_64", 128), "1920x1200"),
    Agent(7, _firefox("Macintosh; Intel Mac OS X 10.15", 140), "1440x900"),
    Agent(3, _firefox("Macintosh; Intel Mac OS X 10.15", 139), "1512x982"),
    Agent(5, f"{MOZILLA} (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "412x915"),
    Agent(2, _iphone("18_5") + " FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "393x852"),
    Agent(24, f"{ANDROID} {BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
          "360x780"),
    Agent(10, f"{ANDROID} {BLINK} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
          "384x854"),
    Agent(3, f"{ANDROID} {BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36", "753x1205"),
    Agent(9, f"{WINDOWS} {BLINK} Chrome/137.0.0.0 Safari/537.36 OPR/121.0.0.0", "1920x1080"),
    Agent(4, f"{ANDROID} {BLINK} Chrome/137.0.0.0 Mobile Safari/537.36 OPR/90.0.0.0", "360x800"),
    Agent(3, f"{MAC} {BLINK} Chrome/137.0.0.0 Safari/537.36 OPR/121.0.0.0", "1440x900"),
    Agent(3, f"{WINDOWS} {BLINK} Chrome/138.0.0.0 Safari/537.36 Vivaldi/7.5.3735.41", "2560x1440"),
    Agent(4, f"{WINDOWS} {BLINK} Chrome/138.0.0.0 YaBrowser/25.6.0.0 Safari/537.36", "1920x1080"),
    Agent(3, f"{MAC} {WEBKIT} Version/18.5 Safari/605.1.15 Ddg/18.5", "1440x900"),
    Agent(3, f"{ANDROID} {BLINK} Version/4.0 Chrome/138.0.0.0 Mobile DuckDuckGo/5 Safari/537.36",
          "412x892"),
    Agent(14, _iphone("18_5") + f" {GOOGLE_APP}", "390x844"),
    Agent(8, _iphone("18_5") + f" Mobile/15E148 {FACEBOOK}", "393x852"),
    Agent(6, _webview("SM-S918B Build/UP1A.231005.007", 138), "384x854"),
    Agent(4, _webview("Pixel 8 Build/AP2A.240905.003", 137), "412x915"),
)  # fmt: skip
