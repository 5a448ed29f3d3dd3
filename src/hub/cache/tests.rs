use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;
use crate::domain::catalogue::{Offer, Served};
use crate::domain::model::Price;

fn hub() -> Teller {
    of("https://huggingface.co", None)
}

fn of(server: &str, token: Option<&str>) -> Teller {
    let token = token.map(|token| Token::read(token).unwrap());
    Teller::new(&server.parse().unwrap(), token.as_ref())
}

fn told<T>(what: T) -> Told<T> {
    let asked = Timestamp::from_second(1_800_000_000).unwrap();
    Told { what, asked }
}

fn kept(name: &str) -> (TempDir, Cache) {
    let home = TempDir::new().unwrap();
    let cache = Cache::new(home.path());
    cache.keep(name, &hub(), &told(vec![1, 2, 3]));
    (home, cache)
}

#[test]
fn two_thousand_models_come_back_as_they_were() {
    let home = TempDir::new().unwrap();
    let cache = Cache::new(home.path());
    let offer = |provider: &str| Offer {
        provider: provider.to_owned(),
        live: true,
        price: Price::Usage {
            input: 1,
            output: 2,
        },
        context: Some(65_536),
        latency_ms: Some(762.6),
        throughput: None,
    };
    let model = |number: u32| Served {
        id: format!("org/model-{number}"),
        sees: true,
        created: Some(Timestamp::UNIX_EPOCH),
        offers: ["novita", "together"].map(offer).into(),
    };
    let list = told((0..2000).map(model).collect::<Vec<_>>());
    cache.keep("router", &hub(), &list);
    assert_eq!(cache.told("router", &hub()), Some(list));
}

#[test]
fn files_and_folder_are_for_this_person_alone_and_no_draft_is_left() {
    let (home, _) = kept("list");
    let folder = home.path().join("hub");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("list.json")), 0o600);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
}

#[test]
fn another_server_gets_nothing_of_this_one() {
    let (_home, cache) = kept("list");
    assert!(cache.told::<Vec<u8>>("list", &hub()).is_some());
    let mirror = of("https://mirror.example.org", None);
    assert_eq!(cache.told::<Vec<u8>>("list", &mirror), None);
    assert_eq!(cache.told::<Vec<u8>>("other", &hub()), None);
}

#[test]
fn what_somebody_was_told_is_not_told_to_others() {
    let (home, cache) = kept("list");
    let anna = of("https://huggingface.co", Some("hf_anna_aaaaaaaaaaaa"));
    let ben = of("https://huggingface.co", Some("hf_ben_bbbbbbbbbbbbb"));
    assert_eq!(cache.told::<Vec<u8>>("list", &anna), None);
    cache.keep("list", &anna, &told(vec![4]));
    assert_eq!(cache.told("list", &anna), Some(told(vec![4])));
    assert_eq!(cache.told::<Vec<u8>>("list", &ben), None);
    assert_eq!(cache.told::<Vec<u8>>("list", &hub()), None);
    let file = fs::read_to_string(home.path().join("hub/list.json")).unwrap();
    assert!(!file.contains("anna"), "{file}");
}

#[test]
fn what_cannot_be_read_is_not_there() {
    let (home, cache) = kept("list");
    assert_eq!(cache.told::<Vec<String>>("list", &hub()), None);
    let file = home.path().join("hub/list.json");
    let whole = fs::read_to_string(&file).unwrap();
    let newer = whole.replace(r#""version":2"#, r#""version":3"#);
    assert_ne!(newer, whole);
    let huge = " ".repeat(5 << 20);
    for broken in [&whole[..whole.len() / 2], "", "\0", &newer, &huge] {
        fs::write(&file, broken).unwrap();
        assert_eq!(cache.told::<Vec<u8>>("list", &hub()), None);
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(cache.told::<Vec<u8>>("list", &hub()), None);
}

#[test]
fn what_cannot_be_kept_breaks_nothing() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("hub"), "a file").unwrap();
    let cache = Cache::new(home.path());
    cache.keep("list", &hub(), &told(1));
    assert_eq!(cache.told::<u8>("list", &hub()), None);
    let (home, cache) = kept("list");
    cache.keep("large", &hub(), &told("a".repeat(5 << 20)));
    cache.keep(&"long".repeat(60), &hub(), &told(1));
    assert_eq!(fs::read_dir(home.path().join("hub")).unwrap().count(), 1);
}

#[test]
fn the_oldest_go_where_there_is_no_room() {
    let (home, cache) = kept("oldest");
    let folder = home.path().join("hub");
    let file = fs::File::options()
        .append(true)
        .open(folder.join("oldest.json"));
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    file.unwrap().set_modified(long_ago).unwrap();
    for name in ["a", "b", "c"] {
        cache.keep(name, &hub(), &told("a".repeat(3 << 20)));
    }
    assert!(!folder.join("oldest.json").exists());
    let left = fs::read_dir(&folder).unwrap().count();
    assert_eq!(left, 2);
    assert!(folder.join("c.json").exists());
}
