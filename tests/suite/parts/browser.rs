//! Headless Chromium, driven through chromedriver (the WebDriver protocol of W3C, and Chromium's own additions).

use super::files::{remark, root, scratch};
use super::http::{get, request};
use super::ports::free_port;
use super::process::{Running, find};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A browser with one window.
pub struct Browser {
    driver: String,
    session: String,
    _process: Running, // dropped before its folder
    _folder: TempDir,
}

impl Browser {
    /// Starts a browser that reaches nothing but loopback.
    pub fn start() -> Browser {
        let (folder, port) = (scratch(), free_port());
        let mut command = Command::new(find("chromedriver"));
        command.arg(format!("--port={port}")).env("TMPDIR", folder.path()).env("HOME", folder.path());
        let mut process = Running::start(&mut command, folder.path().join("log"));
        let driver = format!("127.0.0.1:{port}");
        process.ready("chromedriver", Duration::from_secs(30), || get(&driver, "/status"));
        let options = json!({
            "binary": find("chromium"),
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--no-first-run", "--disable-breakpad", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                format!("--user-data-dir={}", folder.path().join("profile").display()),
            ],
        });
        let wish = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let answer = command_to(&driver, "POST", "/session", Some(&wish));
        let session = answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}")).to_owned();
        Browser { driver, session, _process: process, _folder: folder }
    }

    /// Sets the size of the page's window in CSS pixels, smaller too than any desktop window gets; `dark` for a dark theme.
    pub fn resize(&self, width: u32, height: u32, dark: bool) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", size);
        let scheme =
            json!({"features": [{"name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" }}]});
        self.devtools("Emulation.setEmulatedMedia", scheme);
    }

    /// Goes to a page and waits until it and all that it asks for are loaded.
    pub fn open(&self, url: &str) {
        self.ask("POST", "/url", Some(&json!({"url": url})));
    }

    /// The value of an expression in the page.
    pub fn evaluate(&self, expression: &str) -> Value {
        self.ask("POST", "/execute/sync", Some(&json!({"script": format!("return {expression}"), "args": []})))
    }

    /// What the page's console has shown since the last call, level and text; failed requests stand there too.
    pub fn console(&self) -> Vec<String> {
        let entries = self.ask("POST", "/se/log", Some(&json!({"type": "browser"})));
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| format!("{}: {}", text(entry, "level"), text(entry, "message"))).collect()
    }

    /// Keeps a picture of the whole page in `screenshots/` and says so.
    pub fn screenshot(&self, name: &str) {
        let whole = json!({"format": "png", "captureBeyondViewport": true});
        let answer = self.devtools("Page.captureScreenshot", whole);
        let base64 = answer["data"].as_str().unwrap_or_else(|| panic!("no picture: {answer}"));
        let picture = data_encoding::BASE64.decode(base64.as_bytes()).expect("base64");
        let folder = root().join("screenshots");
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::write(folder.join(format!("{name}.png")), &picture).expect("the picture can be written");
        let (width, height) = size(&picture);
        remark(&format!("screenshots/{name}.png: {width} x {height}, {} bytes", picture.len()));
    }

    /// A command of Chromium's own protocol.
    fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.ask("POST", "/goog/cdp/execute", Some(&json!({"cmd": method, "params": parameters})))
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        command_to(&self.driver, method, &format!("/session/{}{path}", self.session), body)
    }
}

/// The elements that make a page wider than its window.
const TOO_WIDE: &str = "(wide => document.documentElement.scrollWidth <= wide ? [] : [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > wide).map(one => one.outerHTML.slice(0, 120) + ' ends at ' + one.getBoundingClientRect().right))
    (document.documentElement.clientWidth)";

/// Loads pages of a server on a desktop by day and on a phone by night: their consoles must stay empty and nothing may be wider than the
/// window. Pictures of them are kept.
pub fn demand_quiet(server: &str, name: &str, pages: &[(&str, &str)]) {
    let browser = Browser::start();
    for (width, height, dark) in [(1280, 900, false), (390, 844, true)] {
        browser.resize(width, height, dark);
        for (page, path) in pages {
            browser.open(&format!("http://{server}{path}"));
            browser.screenshot(&format!("{name}-{page}-{width}"));
            let title = browser.evaluate("document.title");
            assert!(title.as_str().is_some_and(|title| !title.is_empty()), "{path} has no title");
            let console = browser.console();
            assert!(console.is_empty(), "{path} at {width} pixels: {console:?}");
            let wide = browser.evaluate(TOO_WIDE);
            assert_eq!(wide, json!([]), "{path} is wider than {width} pixels");
        }
    }
}

fn command_to(driver: &str, method: &str, path: &str, body: Option<&Value>) -> Value {
    let answer = request(driver, method, path, &[], body).expect("chromedriver answers");
    assert!(answer.status == 200, "{method} {path}: {}", answer.text());
    answer.json()["value"].take()
}

/// A picture's width and height, from the header that begins every PNG.
fn size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(&png[1..4], b"PNG");
    (number(16), number(20))
}

#[test]
fn chromium_opens_a_page_and_reports_its_console() {
    let browser = Browser::start();
    browser.resize(390, 844, true);
    browser.open("data:text/html,<meta name=viewport content=width=device-width><title>harbour</title><script>console.error('ahoy')</script>");
    assert_eq!(browser.evaluate("[document.title, innerWidth]"), json!(["harbour", 390]));
    assert_eq!(browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"), json!(true));
    let console = browser.console();
    assert!(console.iter().any(|line| line.contains("ahoy")), "{console:?}");
}
