//! `blipboard doctor`, as it is pasted into a report.

use crate::home::Home;

const SECRET: &str = "hf_annaSecretSecretSecretAnna";

fn told(home: &Home, json: bool) -> String {
    let words: &[&str] = if json {
        &["doctor", "--json"]
    } else {
        &["doctor"]
    };
    let output = home
        .command(words)
        .env("HF_TOKEN", SECRET)
        .env("TERM", "tmux-256color")
        .env("TERM_PROGRAM", "tmux")
        .env("TERM_PROGRAM_VERSION", "3.3a")
        .env("TMUX", "socket")
        .env("LANG", "C.UTF-8")
        .env("SSH_CONNECTION", "192.0.2.7 1 192.0.2.8 22")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_report_is_made_without_a_terminal_and_makes_nothing() {
    let home = Home::new();
    let text = told(&home, false);
    for fact in [
        env!("CARGO_PKG_VERSION"),
        "none: stdin is a pipe or a file",
        "not asked: stdin is no terminal",
        "TERM=tmux-256color TERM_PROGRAM=tmux",
        "tmux 3.3a",
        "256, by TERM",
        "blocks: inside tmux or screen",
        "in the variable HF_TOKEN",
        "~/data/history.sqlite: there is none yet",
        " MB free",
    ] {
        assert!(text.contains(fact), "no {fact} in\n{text}");
    }
    assert!(!home.path("data").exists());
}

#[test]
fn a_report_holds_no_secret_and_no_name_of_the_home_folder() {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.run(&["caption", "red.png"]).ok();
    home.config(
        "[endpoints.lab]\nurl = \"https://lab.example/secret-path?key=secret-key\"\n\
         protocol = \"chat\"\ntoken = { env = \"HF_TOKEN\" }\n[endpoints.wrong]\n",
    );
    for json in [false, true] {
        let text = told(&home, json);
        let path = home.path("");
        for secret in [SECRET, "secret-", "192.0.2", path.to_str().unwrap()] {
            assert!(!text.contains(secret.trim_end_matches('/')), "{text}");
        }
        assert!(text.contains("https://lab.example, chat, the token in HF_TOKEN"));
        assert!(text.contains("~/config/config.toml:"), "{text}");
        assert!(text.contains(" bytes, opens"), "{text}");
    }
    let object: serde_json::Value = told(&home, true).parse().unwrap();
    assert_eq!(object["ssh"], "yes");
}
