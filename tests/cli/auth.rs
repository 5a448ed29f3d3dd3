//! Logging in and out, on loopback.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::home::{Ended, Home};
use crate::server::{Answer, Request, Server};

const ANNA: &str = "hf_annaSecretSecretSecretAnna";
const BEN: &str = "hf_benSecretSecretSecretSecretBen";

/// A Hugging Face that knows two people, and whose router says again what it was shown.
fn hub() -> Server {
    Server::start(|request: &Request| {
        let shown = request.header("authorization").unwrap_or_default();
        match request.path.as_str() {
            "/api/whoami-v2" if shown.ends_with(ANNA) => Answer::json(
                200,
                json!({"name": "anna", "fullname": "Anna A.", "isPro": true,
                    "billingMode": "prepaid", "canPay": true, "periodEnd": 1_785_542_400,
                    "orgs": [{"name": "lab", "id": "7", "plan": "team", "roleInOrg": "admin"}],
                    "auth": {"accessToken": {"displayName": "laptop", "role": "fineGrained",
                        "fineGrained": {"scoped": [
                            {"entity": {"type": "user", "name": "anna"},
                             "permissions": ["inference.serverless.write"]}]}}}})
                .to_string(),
            ),
            "/api/whoami-v2" if shown.ends_with(BEN) => Answer::json(200, r#"{"name": "ben"}"#),
            "/v1/models" => Answer::tape("example_router_v1_models_200"),
            _ => Answer::json(
                401,
                json!({"error": format!("who is {shown}?")}).to_string(),
            )
            .header("x-request-id", shown),
        }
    })
}

/// Somebody whose tokens lie in a folder of their own.
struct Person {
    home: Home,
    hub: Server,
}

impl Person {
    fn new() -> Self {
        let (home, hub) = (Home::with(&["cat.jpg"]), hub());
        Self { home, hub }
    }

    /// With these two logged in, the second one last.
    fn twice() -> Self {
        let person = Self::new();
        for secret in [ANNA, BEN] {
            assert_eq!(person.log_in(secret).code, Some(0));
        }
        person
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path("hf").join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.home.command(words);
        command
            .env("HF_HOME", self.home.path("hf"))
            .env("HF_ENDPOINT", self.hub.url())
            .env("BLIPBOARD_ROUTER_URL", format!("{}/v1", self.hub.url()));
        command
    }

    fn run(&self, words: &[&str]) -> Ended {
        Ended::from(self.command(words).output().unwrap())
    }

    fn log_in(&self, secret: &str) -> Ended {
        typed(self.command(&["auth", "login"]), secret)
    }
}

/// What comes of a command that finds `text` on stdin.
fn typed(mut command: Command, text: &str) -> Ended {
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().unwrap();
    let mut stdin = program.stdin.take().unwrap();
    // One that does not want it may be gone.
    let _ = stdin.write_all(format!("{text}\n").as_bytes());
    drop(stdin);
    Ended::from(program.wait_with_output().unwrap())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn who_logs_in_is_greeted_and_the_token_is_private() {
    let person = Person::new();
    let ended = person.log_in(ANNA);
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""));
    let (link, greeting) = ended.err.split_once('\n').unwrap();
    assert!(
        link.contains("https://huggingface.co/settings/tokens/new?"),
        "{link}"
    );
    assert!(greeting.starts_with("logged in as anna; the token is kept as laptop in /"));
    assert_eq!(person.read("token"), ANNA);
    assert_eq!(
        person.read("stored_tokens"),
        format!("[laptop]\nhf_token = {ANNA}\n\n")
    );
    assert_eq!(mode(&person.path("")), 0o700);
    assert_eq!(mode(&person.path("token")), 0o600);
    assert_eq!(mode(&person.path("stored_tokens")), 0o600);
}

#[test]
fn what_others_keep_stays_byte_for_byte() {
    let person = Person::new();
    fs::create_dir(person.path("")).unwrap();
    let others =
        "[ci]\nhf_token = hf_ci\nrefresh_token = r\nexpires_at = 7\n\n# mine\n[x]\nnew: 1\n";
    fs::write(person.path("stored_tokens"), others).unwrap();
    person.log_in(ANNA);
    assert_eq!(
        person.read("stored_tokens"),
        format!("{others}[laptop]\nhf_token = {ANNA}\n\n")
    );
    person.run(&["auth", "logout", "laptop"]);
    assert_eq!(person.read("stored_tokens"), others);
    assert!(!person.path("token").exists());
}

#[test]
fn a_token_that_is_none_or_wrong_is_not_stored() {
    let person = Person::new();
    for (secret, says) in [
        ("hf_wrongSecretSecretSecret", "does not know this token"),
        ("api_org_SecretSecretSecret", "of an organisation"),
        ("sk-SecretSecretSecretSecret", "begin with hf_"),
        ("hf_one hf_two", "was not copied whole"),
        ("", "the token is empty\nhint: copy it again"),
        (&format!("hf_{}", "a".repeat(100_000)), "too long to be one"),
    ] {
        let err = person.log_in(secret).failed(2);
        assert!(err.contains(says), "{err}");
        assert!(secret.is_empty() || !err.contains(secret), "{err}");
        assert!(!person.path("").exists(), "{secret}");
    }
    let lonely = Person::new();
    let mut command = lonely.command(&["auth", "login"]);
    command.env("HF_ENDPOINT", "http://127.0.0.1:9");
    let err = typed(command, ANNA).failed(2);
    assert!(err.contains("nothing answers at 127.0.0.1:9"), "{err}");
    let mut command = lonely.command(&["auth", "login"]);
    command.env("HF_HUB_OFFLINE", "1");
    let err = typed(command, ANNA).failed(2);
    assert!(
        err.contains("offline") && err.contains("HF_HUB_OFFLINE"),
        "{err}"
    );
    assert!(!lonely.path("").exists());
}

#[test]
fn line_ends_of_windows_are_no_part_of_a_token() {
    let person = Person::new();
    let ended = person.log_in(&format!("\r\n{ANNA}\r"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(person.read("token"), ANNA);
}

#[test]
fn a_token_is_no_argument() {
    let person = Person::new();
    let err = person.run(&["auth", "login", ANNA]).failed(2);
    assert!(err.contains("a token is no argument"), "{err}");
    assert!(!err.contains(ANNA), "{err}");
}

#[test]
fn tokens_are_listed_and_switched_between() {
    let person = Person::twice();
    let listed = person.run(&["auth", "switch"]).ok();
    assert_eq!(listed, "  laptop  hf_****Anna\n* ben     hf_****tBen\n");
    let switched = person.run(&["auth", "switch", "laptop"]);
    assert_eq!(switched.err, "the active token is laptop\n");
    assert_eq!(person.read("token"), ANNA);
    let err = person.run(&["auth", "switch", "lap"]).failed(2);
    assert!(
        err.contains("no token is kept as lap\nhint: kept are laptop, ben"),
        "{err}"
    );
    let named = person.command(&["auth", "login", "--name", "ben"]);
    let err = typed(named, ANNA).failed(2);
    assert!(err.contains("another token is kept as ben"), "{err}");
}

#[test]
fn who_logs_out_leaves_no_secret() {
    let person = Person::twice();
    let ended = person.run(&["auth", "logout"]);
    let says = "logged out\nothers are kept: `blipboard auth switch` lists them\n";
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), says));
    assert!(!person.path("token").exists());
    assert!(!person.read("stored_tokens").contains(BEN));
    let err = person.run(&["auth", "logout"]).failed(2);
    assert!(err.contains("nobody is logged in"), "{err}");
    let err = person.run(&["auth", "whoami"]).failed(1);
    assert!(err.contains("no Hugging Face token was found"), "{err}");
}

#[test]
fn everything_known_is_said() {
    let person = Person::new();
    person.log_in(ANNA);
    let said = person.run(&["auth", "whoami"]).ok();
    let file = person.path("token");
    let expected = format!(
        "\
name          anna (Anna A.)
plan          PRO
token         laptop, fineGrained
permissions   anna: inference.serverless.write
calls models  yes
billing       prepaid, can pay beyond what is included, counted anew on 2026-08-01
organisation  lab (team, admin), calls models in its name: no
billed        you
source        {}
",
        file.to_str().unwrap()
    );
    assert_eq!(said, expected);
    let [object] = person
        .run(&["auth", "whoami", "--json"])
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(object["state"], "good");
    assert_eq!(object["may_call_models"], true);
    assert_eq!(object["source"]["file"], file.to_str().unwrap());
    assert_eq!(
        object["account"]["organisations"][0]["may_call_models"],
        false
    );
    assert_eq!(
        object["account"]["billing"]["period_end"],
        "2026-08-01T00:00:00Z"
    );
    assert_eq!(person.hub.requests().len(), 3);
}

#[test]
fn a_variable_that_hides_the_token_is_told() {
    let person = Person::new();
    let mut command = person.command(&["auth", "login"]);
    command.env("HF_TOKEN", BEN);
    let err = typed(command, ANNA).err;
    assert!(err.contains("the token is kept as laptop\n"), "{err}");
    let says = "warning: HF_TOKEN holds another token, which is used instead\nhint: unset HF_TOKEN";
    assert!(err.contains(says), "{err}");
    let mut whoami = person.command(&["auth", "whoami"]);
    let said = Ended::from(whoami.env("HF_TOKEN", BEN).output().unwrap()).ok();
    assert!(said.starts_with("name          ben\n"), "{said}");
    assert!(
        said.contains("source        the variable HF_TOKEN\nhides         /"),
        "{said}"
    );
    let mut logout = person.command(&["auth", "logout"]);
    let err = Ended::from(logout.env("HF_TOKEN", BEN).output().unwrap()).err;
    assert!(
        err.contains("the token in HF_TOKEN is used all the same"),
        "{err}"
    );
}

#[test]
fn a_token_that_others_can_read_is_warned_of() {
    let person = Person::new();
    person.log_in(ANNA);
    fs::set_permissions(person.path("token"), fs::Permissions::from_mode(0o644)).unwrap();
    for words in [&["auth", "whoami"][..], &["auth", "switch"]] {
        let err = person.run(words).err;
        let says = "warning: others on this machine may read the token in /";
        assert!(
            err.starts_with(says) && err.contains("hint: chmod 600 /"),
            "{err}"
        );
    }
    let err = person.run(&["auth", "switch", "laptop"]).err;
    assert_eq!(err, "the active token is laptop\n");
    assert_eq!(mode(&person.path("token")), 0o600);
}

#[test]
fn files_that_hold_no_tokens_are_told() {
    let person = Person::new();
    fs::create_dir(person.path("")).unwrap();
    fs::write(person.path("stored_tokens"), "hf_ci\n").unwrap();
    for ended in [person.log_in(ANNA), person.run(&["auth", "switch"])] {
        let err = ended.failed(2);
        assert!(
            err.contains("stored_tokens is not what `hf auth login` writes"),
            "{err}"
        );
        assert!(
            err.contains("caused by: line 1 stands before the first [section]"),
            "{err}"
        );
    }
    assert_eq!(person.read("stored_tokens"), "hf_ci\n");
    let person = Person::new();
    fs::create_dir_all(person.path("token")).unwrap();
    let err = person.log_in(ANNA).failed(2);
    assert!(err.contains("/hf/token is no plain file"), "{err}");
    let err = person.run(&["auth", "whoami"]).failed(1);
    assert!(err.contains("/hf/token is no plain file"), "{err}");
}

#[test]
fn an_organisation_of_one_s_own_can_be_billed() {
    let person = Person::new();
    person.log_in(ANNA);
    assert_eq!(person.run(&["auth", "bill-to"]).ok(), "you\n");
    let err = person.run(&["auth", "bill-to", "else"]).failed(2);
    assert!(
        err.contains("you are in no organisation called else\nhint: yours are lab"),
        "{err}"
    );
    let ended = person.run(&["auth", "bill-to", "lab"]);
    assert_eq!(ended.code, Some(0));
    let says = "may not call models in the name of lab";
    assert!(
        ended
            .err
            .starts_with("Hugging Face bills lab from now on\n")
            && ended.err.contains(says)
    );
    assert_eq!(person.run(&["auth", "bill-to"]).ok(), "lab\n");
    assert!(person.run(&["auth", "whoami"]).failed(1).contains(says));
    let sent = person.run(&["caption", "cat.jpg", "-m", "a/b", "--yes"]);
    assert_eq!(sent.code, Some(1));
    for seen in person.hub.requests() {
        let billed = seen.path.ends_with("/chat/completions").then_some("lab");
        assert_eq!(seen.header("x-hf-bill-to"), billed, "{}", seen.path);
    }
    person.run(&["auth", "bill-to", "--me"]);
    assert_eq!(person.run(&["auth", "bill-to"]).ok(), "you\n");
}

#[test]
fn an_expired_token_is_told_with_the_day() {
    let person = Person::new();
    fs::create_dir(person.path("")).unwrap();
    let old = "[ci]\nhf_token = hf_oauth_old\nexpires_at = 86400\n";
    fs::write(person.path("stored_tokens"), old).unwrap();
    let err = person.run(&["auth", "switch", "ci"]).err;
    assert!(
        err.contains("the Hugging Face token (file) has expired"),
        "{err}"
    );
    let listed = person.run(&["auth", "switch"]).ok();
    assert!(listed.ends_with("  expired on 1970-01-02\n"), "{listed}");
}

/// All files below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_secret_is_nowhere_but_in_the_files_of_tokens() {
    let person = Person::new();
    person.home.config("log = \"trace\"");
    let holders = || -> Vec<PathBuf> {
        let all = files(&person.home.path("")).into_iter();
        all.filter(|path| {
            let bytes = fs::read(path).unwrap();
            bytes
                .windows(ANNA.len())
                .any(|part| part == ANNA.as_bytes())
        })
        .collect()
    };
    let caption = ["caption", "cat.jpg", "-m", "a/b", "--yes", "--json"];
    let said = [
        person.log_in(ANNA),
        person.run(&caption),
        person.run(&["auth", "whoami"]),
        person.run(&["auth", "whoami", "--json"]),
        person.run(&["auth", "switch"]),
        person.run(&["auth", "switch", ANNA]),
        person.run(&["auth", "logout", ANNA]),
        person.run(&["auth", "bill-to", ANNA]),
        person.run(&["history", "ls", "--json"]),
        person.run(&["config", "show"]),
    ];
    assert_eq!(
        said[1].objects()[0]["error"]["kind"],
        "bad-token",
        "{said:?}"
    );
    let mut right = holders();
    right.sort();
    assert_eq!(right, [person.path("stored_tokens"), person.path("token")]);
    let out = person.run(&["auth", "logout"]);
    assert_eq!(holders(), Vec::<PathBuf>::new());
    for ended in said.iter().chain([&out]) {
        assert!(
            !ended.out.contains(ANNA) && !ended.err.contains(ANNA),
            "{ended:?}"
        );
    }
    let log = fs::read_to_string(person.home.path("data/blipboard.log")).unwrap();
    assert!(log.contains("no token is kept as hf_****Anna"), "{log}");
}
