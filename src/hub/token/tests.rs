use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

const FILE_TOKEN: &str = "hf_in_the_file";

/// A folder with a token file, as `hf auth login` leaves it.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn with(token: impl AsRef<[u8]>) -> Self {
        let home = Self::new();
        fs::write(home.file(), token).unwrap();
        fs::set_permissions(home.file(), fs::Permissions::from_mode(0o600)).unwrap();
        home
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("token")
    }

    /// What is found beside variables with these values.
    fn find(&self, variables: &[(&'static str, &str)]) -> Found {
        find(&self.places(variables))
    }

    fn places(&self, variables: &[(&'static str, &str)]) -> TokenPlaces {
        let read = |(name, written): &(&'static str, &str)| (*name, Token::read(written));
        TokenPlaces {
            variables: variables.iter().map(read).collect(),
            file: Some(self.file()),
            forbidden: None,
        }
    }

    /// Why what is in the file is not used.
    fn sentence(&self) -> String {
        let found = self.find(&[]);
        assert_eq!(found.token, None);
        assert_eq!(found.status.place, Some(TokenPlace::File(self.file())));
        unusable(&found)
    }
}

fn unusable(found: &Found) -> String {
    match &found.status.state {
        TokenState::Unusable(why) => why.raw().to_owned(),
        other => panic!("{other:?}"),
    }
}

fn token(written: &str) -> Token {
    Token::read(written).unwrap()
}

#[test]
fn nothing_anywhere_is_no_token() {
    let nothing = Found {
        token: None,
        status: TokenStatus::default(),
    };
    assert_eq!(find(&TokenPlaces::default()), nothing);
    assert_eq!(Home::new().find(&[]), nothing);
    assert_eq!(Home::with(" \n").find(&[]), nothing);
}

#[test]
fn the_first_place_counts_and_hides_the_next_with_another_token() {
    let (first, second) = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
    let home = Home::with(format!("{FILE_TOKEN}\n"));
    let file = || Some(TokenPlace::File(home.file()));
    let variable = |name| Some(TokenPlace::Variable(name));
    for (variables, found, place, hides) in [
        (&[][..], FILE_TOKEN, file(), None),
        (&[(first, FILE_TOKEN)], FILE_TOKEN, variable(first), None),
        (&[(second, "hf_b")], "hf_b", variable(second), file()),
        (
            &[(first, "hf_a"), (second, "hf_b")],
            "hf_a",
            variable(first),
            variable(second),
        ),
        (
            &[(first, "hf_a"), (second, "hf_a")],
            "hf_a",
            variable(first),
            file(),
        ),
    ] {
        let expected = Found {
            token: Some(token(found)),
            status: TokenStatus {
                state: TokenState::Checking,
                place,
                hides,
                ..TokenStatus::default()
            },
        };
        assert_eq!(home.find(variables), expected, "{variables:?}");
    }
}

#[test]
fn the_file_is_read_each_time() {
    let home = Home::new();
    assert_eq!(home.find(&[]).token, None);
    for written in ["hf_one", "hf_oauth_two"] {
        fs::write(home.file(), written).unwrap();
        assert_eq!(home.find(&[]).token, Some(token(written)));
    }
}

#[test]
fn a_wrong_token_is_told_and_no_other_is_used_in_its_place() {
    let home = Home::with(FILE_TOKEN);
    for (written, says) in [
        ("hf_a b", "HF_TOKEN holds no token: the token has blanks"),
        ("api_org_abc", "HF_TOKEN holds a token of an organisation"),
        ("sk-abc", "HF_TOKEN holds no token of Hugging Face's"),
    ] {
        let found = home.find(&[("HF_TOKEN", written)]);
        assert_eq!(found.token, None);
        assert!(unusable(&found).starts_with(says), "{found:?}");
        assert_eq!(found.status.place, Some(TokenPlace::Variable("HF_TOKEN")));
        assert_eq!(found.status.hides, Some(TokenPlace::File(home.file())));
    }
}

#[test]
fn a_file_that_holds_no_token_is_told() {
    let large = "a".repeat((64 << 10) + 1);
    let name = |home: &Home| home.file().to_str().unwrap().to_owned();
    for (bytes, says) in [
        (
            &b"hf_one\nhf_two"[..],
            " holds no token: the token has blanks",
        ),
        (
            b"\x7fELF\x02\x01\xff",
            " holds no token: the token has blanks",
        ),
        (large.as_bytes(), " is too large for a token"),
        (b"api_org_abc", " holds a token of an organisation"),
    ] {
        let home = Home::with(bytes);
        let sentence = home.sentence();
        assert!(sentence.starts_with(&(name(&home) + says)), "{sentence}");
    }
    let folder = Home::new();
    fs::create_dir(folder.file()).unwrap();
    let expected = format!("{} is no plain file", name(&folder));
    assert_eq!(folder.sentence(), expected);
    let circle = Home::new();
    std::os::unix::fs::symlink(circle.file(), circle.file()).unwrap();
    let expected = format!("cannot read {}: ", name(&circle));
    assert!(circle.sentence().starts_with(&expected));
}

#[test]
fn what_is_no_token_is_not_hidden() {
    let folder = Home::new();
    fs::create_dir(folder.file()).unwrap();
    let found = folder.find(&[("HF_TOKEN", "hf_a")]);
    assert_eq!(found.token, Some(token("hf_a")));
    assert_eq!(found.status.hides, None);
}

#[test]
fn a_forbidden_token_is_not_used() {
    let home = Home::with(FILE_TOKEN);
    let variable = "HF_HUB_DISABLE_IMPLICIT_TOKEN";
    let places = TokenPlaces {
        forbidden: Some(variable),
        ..home.places(&[])
    };
    let found = find(&places);
    assert_eq!(found.token, None);
    assert!(unusable(&found).starts_with(variable), "{found:?}");
}

#[test]
fn no_sentence_repeats_the_secret() {
    for secret in ["sk-secret-of-mine", "api_org_secret", "hf_sec ret"] {
        let found = Home::with(secret).find(&[]);
        let printed = format!("{found:?}");
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn line_ends_of_windows_do_not_count() {
    assert_eq!(
        Home::with("hf_one\r\n").find(&[]).token,
        Some(token("hf_one"))
    );
}

#[test]
fn tokens_that_have_a_name_are_told_whether_one_counts_or_not() {
    let home = Home::new();
    let stored = home.file().with_file_name("stored_tokens");
    fs::write(&stored, "[a]\nhf_token = hf_one\n[b]\nhf_token = hf_two\n").unwrap();
    let names = |found: Found| -> Vec<_> {
        let stored = found.status.stored.into_iter();
        stored.map(|token| (token.name, token.is_active)).collect()
    };
    let pair = |active| vec![("a".to_owned(), false), ("b".to_owned(), active)];
    assert_eq!(names(home.find(&[])), pair(false));
    fs::write(home.file(), "hf_two").unwrap();
    assert_eq!(names(home.find(&[])), pair(true));
    assert_eq!(names(home.find(&[("HF_TOKEN", "hf_one")])), pair(true));
    fs::write(&stored, "what?").unwrap();
    assert_eq!(names(home.find(&[])), []);
}

#[test]
fn a_token_whose_time_is_over_is_told_at_once() {
    let home = Home::with("hf_oauth_old");
    let stored = home.file().with_file_name("stored_tokens");
    for (second, is_over) in [(1, true), (99_999_999_999_i64, false)] {
        fs::write(
            &stored,
            format!("[a]\nhf_token = hf_oauth_old\nexpires_at = {second}\n"),
        )
        .unwrap();
        let found = home.find(&[]);
        assert!(found.token.is_some());
        let expired = TokenState::Expired(Timestamp::from_second(second).unwrap());
        assert_eq!(found.status.state == expired, is_over, "{found:?}");
    }
}

#[test]
fn a_file_that_others_can_read_is_told() {
    let home = Home::with("hf_one");
    for (mode, expected) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
        fs::set_permissions(home.file(), fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(home.find(&[]).status.is_exposed, expected, "{mode:o}");
        // What lies in a variable is read by nobody else.
        assert!(!home.find(&[("HF_TOKEN", "hf_two")]).status.is_exposed);
    }
}
