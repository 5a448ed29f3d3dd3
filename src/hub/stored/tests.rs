use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;

const ONE: &str = "hf_aaaaaaaaaaaaaaaaaaaa";
const TWO: &str = "hf_bbbbbbbbbbbbbbbbbbbb";

/// A folder of tokens that is not there before something is kept in it.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With the named tokens that `text` tells of.
    fn with(text: impl AsRef<[u8]>) -> Self {
        let home = Self::new();
        fs::create_dir(home.path("")).unwrap();
        fs::write(home.path("stored_tokens"), text).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("huggingface").join(name)
    }

    fn file(&self) -> PathBuf {
        self.path("token")
    }

    fn keep(&self, name: &Name, secret: &str) -> Result<String, StoredError> {
        keep(&self.file(), name, &token(secret), None)
    }

    fn suggest(&self, name: &str, secret: &str) -> String {
        self.keep(&Name::Suggested(name.to_owned()), secret)
            .unwrap()
    }

    fn choose(&self, name: &str, secret: &str) -> Result<String, StoredError> {
        self.keep(&Name::Chosen(name.to_owned()), secret)
    }

    fn active(&self) -> Option<String> {
        fs::read_to_string(self.file()).ok()
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path("stored_tokens")).unwrap()
    }

    /// The names that are kept, the active one with a star.
    fn names(&self) -> Vec<String> {
        let star = |active| if active { "*" } else { "" };
        let shown = |token: StoredToken| token.name + star(token.is_active);
        let list = list(&self.file()).unwrap();
        list.into_iter().map(shown).collect()
    }

    fn mode(&self, name: &str) -> u32 {
        let facts = fs::metadata(self.path(name)).unwrap();
        facts.permissions().mode() & 0o777
    }
}

fn token(secret: &str) -> Token {
    Token::read(secret).unwrap()
}

fn section(name: &str, secret: &str) -> String {
    format!("[{name}]\nhf_token = {secret}\n\n")
}

#[test]
fn the_first_token_makes_private_files_in_a_private_folder() {
    let home = Home::new();
    assert_eq!(home.suggest("laptop", ONE), "laptop");
    assert_eq!(home.active().as_deref(), Some(ONE));
    assert_eq!(home.text(), section("laptop", ONE));
    assert_eq!(home.mode(""), 0o700);
    for name in ["token", "stored_tokens", "stored_tokens.lock"] {
        assert_eq!(home.mode(name), 0o600, "{name}");
    }
    let left: Vec<_> = fs::read_dir(home.path("")).unwrap().collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn wide_open_files_are_closed_when_they_are_written() {
    let home = Home::with(section("old", ONE));
    fs::write(home.file(), ONE).unwrap();
    for name in ["token", "stored_tokens"] {
        fs::set_permissions(home.path(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    home.suggest("new", TWO);
    assert_eq!(
        (home.mode("token"), home.mode("stored_tokens")),
        (0o600, 0o600)
    );
}

#[test]
fn a_token_of_the_same_name_is_not_lost() {
    let home = Home::new();
    home.suggest("laptop", ONE);
    assert_eq!(home.suggest("laptop", TWO), "laptop-2");
    assert_eq!(home.names(), ["laptop", "laptop-2*"]);
    assert_eq!(home.suggest("laptop", "hf_c"), "laptop-3");
    let taken = home.choose("laptop", TWO).unwrap_err();
    assert_eq!(taken.to_string(), "another token is kept as laptop");
    assert_eq!(home.active().as_deref(), Some("hf_c"));
}

#[test]
fn a_token_that_is_kept_already_stays_as_it_is() {
    let text = format!("[laptop]\nhf_token = {ONE}\nrefresh_token = again\nnew_key = 7\n");
    let home = Home::with(&text);
    assert_eq!(home.suggest("other", ONE), "laptop");
    assert_eq!(home.choose("laptop", ONE).unwrap(), "laptop");
    assert_eq!(home.text(), text);
    assert_eq!(home.active().as_deref(), Some(ONE));
}

#[test]
fn a_token_without_a_name_gets_one_before_another_takes_its_place() {
    let home = Home::with(section("laptop", TWO));
    fs::write(home.file(), format!("{ONE}\r\n")).unwrap();
    switch(&home.file(), "laptop").unwrap();
    assert_eq!(home.names(), ["laptop*", "unnamed"]);
    switch(&home.file(), "unnamed").unwrap();
    assert_eq!(home.active().as_deref(), Some(ONE));
    fs::write(home.file(), "hf_c").unwrap();
    home.suggest("new", "hf_d");
    assert_eq!(home.names(), ["laptop", "unnamed", "new*", "unnamed-2"]);
}

#[test]
fn when_it_expires_is_written_beside_it_and_read_again() {
    let home = Home::new();
    let expires = Timestamp::from_second(1_785_542_400).ok();
    let name = Name::Suggested("oauth".to_owned());
    keep(&home.file(), &name, &token(ONE), expires).unwrap();
    assert!(home.text().contains("expires_at = 1785542400\n"));
    let [kept] = list(&home.file()).unwrap().try_into().unwrap();
    assert_eq!(kept.expires, expires);
    assert_eq!(kept.masked, "hf_****aaaa");
    let odd = Home::with(format!(
        "[a]\nhf_token = {ONE}\nexpires_at = soon\n[b]\nx = 1\n"
    ));
    let [a, b] = list(&odd.file()).unwrap().try_into().unwrap();
    assert_eq!(
        (a.expires, b.masked.as_str(), b.is_active),
        (None, "no token", false)
    );
}

#[test]
fn a_strange_name_harms_nothing() {
    let home = Home::new();
    assert_eq!(home.suggest(" a\n[b]\u{7} ", ONE), "a [b]");
    assert_eq!(home.suggest("\n", TWO), "unnamed");
    assert_eq!(home.suggest("DEFAULT", "hf_c"), "DEFAULT-2");
    assert_eq!(home.suggest("größer ✓", "hf_d"), "größer ✓");
    assert_eq!(home.suggest(ONE, "hf_f"), ONE);
    assert_eq!(home.choose("hf_laptop", "hf_g").unwrap(), "hf_laptop");
    assert_eq!(
        home.names(),
        [
            "a [b]",
            "unnamed",
            "DEFAULT-2",
            "größer ✓",
            ONE,
            "hf_laptop*"
        ]
    );
    for name in ["", " ", " a", "a\nb", "DEFAULT", ONE] {
        let refused = home.choose(name, "hf_e");
        assert!(matches!(refused, Err(StoredError::BadName)), "{name:?}");
    }
}

#[test]
fn what_is_removed_goes_alone() {
    let others = "# mine\n[b]\nhf_token: hf_b\nrefresh_token = r\n";
    let home = Home::with(section("a", ONE) + others);
    switch(&home.file(), "a").unwrap();
    remove(&home.file(), Some("a")).unwrap();
    assert_eq!((home.text().as_str(), home.active()), (others, None));
    home.suggest("c", TWO);
    remove(&home.file(), Some("b")).unwrap();
    assert_eq!(home.names(), ["c*"]);
    assert_eq!(home.active().as_deref(), Some(TWO));
}

#[test]
fn who_logs_out_leaves_the_secret_nowhere() {
    let home = Home::with(section("a", ONE) + &section("b", TWO) + &section("c", ONE));
    switch(&home.file(), "c").unwrap();
    remove(&home.file(), None).unwrap();
    assert_eq!((home.text(), home.active()), (section("b", TWO), None));
    let nobody = remove(&home.file(), None).unwrap_err();
    assert!(
        nobody
            .to_string()
            .starts_with("nobody is logged in: there is no /")
    );
}

#[test]
fn what_is_not_there_is_told_and_makes_no_folder() {
    let home = Home::new();
    for refused in [switch(&home.file(), "a"), remove(&home.file(), Some("a"))] {
        assert_eq!(refused.unwrap_err().to_string(), "no token is kept as a");
    }
    assert!(remove(&home.file(), None).is_err());
    assert!(!home.path("").exists());
    let empty = Home::with("[a]\nexpires_at = 7\n");
    let refused = switch(&empty.file(), "a").unwrap_err();
    assert_eq!(refused.to_string(), "what is kept as a is no token");
}

#[test]
fn a_file_that_is_no_list_of_tokens_is_left_alone() {
    for bytes in [
        &b"hf_one\n"[..],
        b"[a]\nhf_token",
        b"\xff\xfe[a]",
        b"[a]\n[a]\n",
    ] {
        let home = Home::with(bytes);
        let refused = home.choose("b", ONE).unwrap_err().to_string();
        let expected = format!(
            "{} is not what `hf auth login` writes",
            shown(&home.path("stored_tokens"))
        );
        assert_eq!(refused, expected);
        assert!(remove(&home.file(), Some("a")).is_err());
        assert!(list(&home.file()).is_err());
        assert_eq!(fs::read(home.path("stored_tokens")).unwrap(), bytes);
        assert_eq!(home.active(), None);
    }
}

#[test]
fn a_token_file_that_is_a_folder_is_told_and_nothing_is_written() {
    let home = Home::with("");
    fs::create_dir(home.file()).unwrap();
    let refused = home.choose("a", ONE).unwrap_err().to_string();
    assert!(refused.ends_with("/token is no plain file"), "{refused}");
    assert_eq!(home.text(), "");
}

#[test]
fn a_link_stays_a_link() {
    let home = Home::with("");
    let elsewhere = TempDir::new().unwrap();
    for name in ["token", "stored_tokens"] {
        let there = elsewhere.path().join(name);
        let _ = fs::remove_file(home.path(name));
        symlink(&there, home.path(name)).unwrap();
    }
    home.suggest("a", ONE);
    home.suggest("b", TWO);
    let there = |name: &str| fs::read_to_string(elsewhere.path().join(name)).unwrap();
    assert_eq!(there("token"), TWO);
    assert_eq!(
        there("stored_tokens"),
        section("a", ONE) + &section("b", TWO)
    );
    assert!(home.file().is_symlink());
}

#[test]
fn many_who_log_in_at_once_lose_nothing() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let home = &home;
            scope.spawn(move || home.suggest("ci", &format!("hf_{number}")));
        }
    });
    assert_eq!(home.names().len(), 8);
}

#[test]
fn a_lock_that_is_held_is_not_waited_for_without_end() {
    let home = Home::with("");
    let path = home.path("stored_tokens.lock");
    let held = files::lock(&path, Duration::ZERO).unwrap();
    let refused = files::lock(&path, Duration::ZERO).unwrap_err();
    assert!(refused.to_string().starts_with("another program holds /"));
    drop(held);
    files::lock(&path, Duration::ZERO).unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let home = Home::new();
    fs::write(home.path("").with_file_name("huggingface"), "a file").unwrap();
    let refused = home.choose("a", ONE).unwrap_err().to_string();
    assert!(refused.contains("/huggingface/"), "{refused}");
}
