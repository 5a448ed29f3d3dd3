use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Size as Cells;

use super::super::super::message::Message;
use super::super::super::tests::{Screen, model, now};
use super::*;
use crate::domain::account::{Account, TokenPlace, TokenState, TokenStatus};
use crate::domain::catalogue::{
    Catalogue, Gate, HubSort, NextPage, Offer, Page, RateLimit, Search, Served, Task,
};
use crate::domain::endpoint::{Rented, RentedState};
use crate::domain::model::Price;
use crate::domain::text::Foreign;
use crate::engine::{Refresh, Remembered};

const SIZES: [(Cells, &str); 2] = [(Cells::new(80, 24), "80"), (Cells::new(120, 36), "120")];

fn offer(provider: &str, output: u64, latency_ms: f64, throughput: f64) -> Offer {
    Offer {
        provider: provider.to_owned(),
        live: true,
        price: Price::Usage {
            input: output / 4,
            output,
        },
        context: Some(262_144),
        latency_ms: Some(latency_ms),
        throughput: Some(throughput),
    }
}

/// A provider that tells nothing of what it serves.
fn silent(provider: &str) -> Offer {
    Offer {
        provider: provider.to_owned(),
        live: true,
        price: Price::Unknown,
        context: None,
        latency_ms: None,
        throughput: None,
    }
}

fn served(id: &str, offers: Vec<Offer>) -> Served {
    Served {
        id: id.to_owned(),
        sees: true,
        created: Some(now() - SignedDuration::from_hours(24 * 30)),
        offers,
    }
}

fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

/// What the router says, `seconds` ago.
fn catalogue(seconds: i64) -> Catalogue {
    let blind = Served {
        sees: false,
        ..served(
            "openai/gpt-oss-120b",
            vec![offer("groq", 500_000, 110.0, 480.0)],
        )
    };
    let down = Offer {
        live: false,
        ..silent("novita")
    };
    Catalogue {
        models: vec![
            served(
                "Qwen/Qwen3-VL-8B-Instruct",
                vec![
                    offer("novita", 690_000, 812.4, 61.2),
                    offer("together", 500_000, 320.0, 95.3),
                    silent("featherless-ai"),
                ],
            ),
            served(
                "Qwen/Qwen3-VL-235B-A22B-Instruct",
                vec![offer("deepinfra", 1_490_000, 640.0, 150.0)],
            ),
            served(
                "google/gemma-4-31B-it",
                vec![offer("scaleway", 900_000, 95.0, 120.0)],
            ),
            served("zai-org/GLM-4.6V", vec![silent("zai-org")]),
            served("meta-llama/Llama-3.2-11B-Vision-Instruct", vec![down]),
            served("nobody/serves-this", Vec::new()),
            blind,
        ],
        asked: Some(ago(seconds)),
    }
}

fn found(id: &str, providers: Option<&[&str]>) -> HubModel {
    HubModel {
        id: id.to_owned(),
        task: Some("image-text-to-text".to_owned()),
        library: Some("transformers".to_owned()),
        downloads: Some(1_234_567),
        likes: Some(832),
        created: Some(ago(86_400 * 90)),
        updated: Some(ago(86_400 * 3)),
        licence: Some("apache-2.0".to_owned()),
        gate: Gate::Open,
        providers: providers.map(|names| names.iter().map(ToString::to_string).collect()),
        base_models: Vec::new(),
        parameters: Some(8_767_123_712),
    }
}

fn page(models: Vec<HubModel>, next: bool) -> Page {
    Page {
        models,
        next: next.then(|| NextPage(Foreign::new("https://huggingface.co/api/models?cursor=2"))),
        asked: Some(now()),
        limit: Some(RateLimit {
            left: 480,
            until: now() + SignedDuration::from_secs(200),
        }),
    }
}

fn hub_page() -> Page {
    let gated = HubModel {
        gate: Gate::Approval,
        licence: Some("gemma".to_owned()),
        base_models: vec!["google/gemma-3-27b-pt".to_owned()],
        ..found("google/gemma-3-27b-it", Some(&["scaleway"]))
    };
    let licensed = HubModel {
        gate: Gate::Licence,
        licence: Some("llama3.2".to_owned()),
        downloads: Some(45_678),
        likes: Some(1_520),
        ..found("meta-llama/Llama-3.2-11B-Vision-Instruct", Some(&[]))
    };
    let bare = HubModel {
        id: "somebody/untold".to_owned(),
        ..HubModel::default()
    };
    let served = found("Qwen/Qwen3-VL-8B-Instruct", Some(&["novita", "together"]));
    page(vec![served, gated, licensed, bare], true)
}

fn rented() -> Vec<(ModelRef, Rented)> {
    let endpoint = |name: &str, state| Rented {
        owner: "alice".to_owned(),
        name: name.to_owned(),
        url: None,
        state,
        message: None,
        model: Some("Salesforce/blip-image-captioning-base".to_owned()),
        task: Some("image-to-text".to_owned()),
        machine: Some("aws us-east-1, intel-icl x2".to_owned()),
    };
    let endpoints = [
        endpoint("blip", RentedState::ScaledToZero),
        endpoint("paused-one", RentedState::Paused),
    ];
    let named = |it: Rented| (ModelRef::Endpoint(it.name.clone()), it);
    endpoints.map(named).into()
}

fn good() -> TokenStatus {
    TokenStatus {
        state: TokenState::Good(Box::new(Account {
            name: Foreign::new("alice"),
            ..Account::default()
        })),
        place: Some(TokenPlace::Variable("HF_TOKEN")),
        ..TokenStatus::default()
    }
}

fn offline() -> TokenStatus {
    TokenStatus {
        state: TokenState::Offline,
        ..TokenStatus::default()
    }
}

/// Fifty models that the Hub found, numbered.
fn many(from: usize) -> Page {
    let names = (from..from + 50).map(|at| format!("org/m{at:03}"));
    page(names.map(|name| found(&name, None)).collect(), true)
}

/// The catalogue on screen, nothing answered.
fn opened(size: Cells) -> Screen {
    let mut screen = Screen::with(|start| {
        start.size = size;
        start.token = good();
    });
    screen.press("m z");
    screen
}

fn ticket(screen: &Screen) -> Ticket {
    screen.last(|effect| match effect {
        Effect::Search(ticket, ..) => Some(*ticket),
        _ => None,
    })
}

fn finds(screen: &mut Screen, page: Page) -> Vec<Effect> {
    let ticket = ticket(screen);
    screen.tell(Message::Searched(ticket, Ok(page)))
}

/// The catalogue with everything that is asked answered.
fn full(size: Cells) -> Screen {
    let mut screen = opened(size);
    screen.tell(Message::Catalogue(
        Refresh::Cached,
        catalogue(3 * 3_600),
        None,
    ));
    screen.tell(Message::Catalogue(Refresh::IfOld, catalogue(0), None));
    screen.tell(Message::Rented(Ok(rented())));
    finds(&mut screen, hub_page());
    screen
}

fn searches(effects: &[Effect]) -> Vec<(Search, bool)> {
    let search = |effect: &Effect| match effect {
        Effect::Search(_, search, next) => Some((search.clone(), next.is_some())),
        _ => None,
    };
    effects.iter().filter_map(search).collect()
}

fn chosen(screen: &Screen) -> Vec<String> {
    let chosen = screen.state.models.chosen().iter();
    chosen.map(|model| model.name().raw().to_owned()).collect()
}

/// The name on the row of the cursor.
fn here(screen: &Screen) -> String {
    let text = screen.text();
    // The frame is thin while something is typed.
    let mut rows = text
        .lines()
        .filter_map(|line| line.strip_prefix(['┃', '│']));
    let name = rows.find_map(|row| row.strip_prefix('>')).unwrap();
    let name = name.trim_start_matches(['●', '○', '★', ' ']);
    name.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Goes down to the row of this name, in a section further down if there are several.
fn go(screen: &mut Screen, name: &str, nth: usize) {
    screen.press("g");
    let mut seen = 0;
    for _ in 0..200 {
        if here(screen) == name {
            if seen == nth {
                return;
            }
            seen += 1;
        }
        screen.press("j");
    }
    panic!("no row {name}:\n{}", screen.text());
}

#[test]
fn nothing_is_asked_before_the_catalogue_is_on_screen() {
    let mut screen = Screen::with(|start| start.token = good());
    screen.press("m");
    screen.wait(1_000);
    let asks = |effect: &Effect| {
        matches!(
            effect,
            Effect::Catalogue(_) | Effect::Search(..) | Effect::Rented | Effect::About(..)
        )
    };
    assert!(!screen.asked.iter().any(asks), "{:?}", screen.asked);
    let asked = screen.press("z");
    assert!(asked.contains(&Effect::Catalogue(Refresh::IfOld)));
    assert!(asked.contains(&Effect::Rented));
    assert_eq!(searches(&asked), [(Search::default(), false)]);
    screen.press("z");
    assert!(!screen.press("z").iter().any(asks), "once");
}

#[test]
fn without_an_account_nobody_is_asked_for_its_endpoints() {
    let mut screen = Screen::new();
    let asked = screen.press("m z");
    assert!(!asked.contains(&Effect::Rented));
    assert!(
        screen
            .tell(Message::Token(good()))
            .contains(&Effect::Rented)
    );
    assert!(
        !screen
            .tell(Message::Token(good()))
            .contains(&Effect::Rented)
    );
}

#[test]
fn offline_asks_nobody_and_says_so() {
    for (size, name) in SIZES {
        let mut screen = Screen::with(|start| {
            start.size = size;
            start.token = offline();
        });
        let asked = screen.press("m z");
        assert_eq!(asked, [Effect::Catalogue(Refresh::Cached)]);
        let before = screen.asked.len();
        screen.press("r F");
        screen.type_in("qwen");
        screen.wait(5_000);
        screen.press("enter o s i esc");
        screen.tell(Message::Catalogue(
            Refresh::Cached,
            catalogue(3 * 3_600),
            None,
        ));
        assert_eq!(screen.asked.len(), before, "{:?}", &screen.asked[before..]);
        screen.press("esc");
        screen.wait(10_000);
        assert_snapshot!(format!("offline_{name}"), screen.text());
    }
}

#[test]
fn the_list_of_the_cache_is_shown_until_a_newer_one_comes() {
    for (size, name) in SIZES {
        let mut screen = opened(size);
        assert_snapshot!(format!("loading_{name}"), screen.text());
        screen.tell(Message::Catalogue(
            Refresh::Cached,
            catalogue(3 * 3_600),
            None,
        ));
        assert_snapshot!(format!("cached_{name}"), screen.text());
        screen.tell(Message::Catalogue(Refresh::IfOld, catalogue(0), None));
        assert!(screen.text().contains("just now"), "{}", screen.text());
        screen.tell(Message::Catalogue(
            Refresh::Cached,
            catalogue(3 * 3_600),
            None,
        ));
        assert!(
            screen.text().contains("just now"),
            "an older one comes too late"
        );
    }
}

#[test]
fn a_router_that_cannot_be_asked_leaves_the_old_list() {
    let mut screen = opened(SIZES[0].0);
    let problem = || Problem::new("router.huggingface.co could not be reached");
    screen.tell(Message::Catalogue(
        Refresh::IfOld,
        Catalogue::default(),
        Some(problem()),
    ));
    assert!(
        screen.text().contains("✗ router.huggingface.co could not"),
        "{}",
        screen.text()
    );
    let asked = screen.press("r");
    assert!(asked.contains(&Effect::Catalogue(Refresh::Now)));
    assert!(asked.contains(&Effect::Rented));
    screen.tell(Message::Catalogue(Refresh::Cached, catalogue(7_200), None));
    screen.tell(Message::Catalogue(
        Refresh::Now,
        catalogue(7_200),
        Some(problem()),
    ));
    let text = screen.text();
    assert!(text.contains("from cache, 2 h old"), "{text}");
    assert!(
        text.contains("google/gemma-4-31B-it") && text.contains("r asks again"),
        "{text}"
    );
}

#[test]
fn everything_at_once() {
    for (size, name) in SIZES {
        let mut screen = full(size);
        assert_snapshot!(format!("full_{name}"), screen.text());
        go(&mut screen, "somebody/untold", 0);
        assert_snapshot!(format!("hub_{name}"), screen.text());
    }
}

#[test]
fn the_cursor_stands_on_models_only() {
    let mut screen = full(SIZES[0].0);
    let mut names = vec![here(&screen)];
    for _ in 0..30 {
        screen.press("j");
        names.push(here(&screen));
    }
    names.dedup();
    assert_eq!(
        names,
        [
            "builtin/describe",
            "endpoint:blip",
            "endpoint:lab",
            "endpoint:paused-one",
            "Qwen/Qwen3-VL-8B-Instruct",
            "google/gemma-4-31B-it",
            "Qwen/Qwen3-VL-235B-A22B-Instru…",
            "Qwen/Qwen3-VL-8B-Instruct",
            "zai-org/GLM-4.6V",
            "Qwen/Qwen3-VL-8B-Instruct",
            "google/gemma-3-27b-it",
            "meta-llama/Llama-3.2-11B-Vision-In…",
            "somebody/untold",
        ]
    );
    screen.press("g");
    assert_eq!(here(&screen), "builtin/describe");
    screen.press("G");
    assert_eq!(here(&screen), "somebody/untold");
    screen.press("k k k k");
    assert_eq!(here(&screen), "zai-org/GLM-4.6V", "over the heading");
}

/// A model that is chosen is listed among one's own above, and everything moved down by a row.
#[test]
fn choosing_moves_nothing_on_screen() {
    let mut screen = full(SIZES[0].0);
    finds(&mut screen, many(0));
    go(&mut screen, "zai-org/GLM-4.6V", 0);
    let row = |screen: &Screen| {
        screen
            .text()
            .lines()
            .position(|line| line.starts_with("┃>"))
    };
    let before = row(&screen);
    for key in ["f", "f"] {
        screen.press(key);
        assert_eq!(here(&screen), "zai-org/GLM-4.6V", "{key}");
        assert_eq!(row(&screen), before, "{key}");
    }
}

#[test]
fn space_chooses_and_drops_by_whomever_a_model_is_served() {
    let mut screen = full(SIZES[1].0);
    go(&mut screen, "google/gemma-4-31B-it", 0);
    let effects = screen.press("space");
    let expected = vec![model("builtin/describe"), model("google/gemma-4-31B-it")];
    assert!(effects.contains(&Effect::Remember(Remembered::Chosen, expected)));
    assert_eq!(
        here(&screen),
        "Qwen/Qwen3-VL-235B-A22B-Instruct",
        "one down"
    );
    screen.obey("model Qwen/Qwen3-VL-8B-Instruct:novita");
    go(&mut screen, "Qwen/Qwen3-VL-8B-Instruct:novita", 2);
    screen.press("space");
    assert_eq!(
        chosen(&screen),
        ["builtin/describe", "google/gemma-4-31B-it"]
    );
    go(&mut screen, "endpoint:blip", 0);
    screen.press("space");
    assert_eq!(chosen(&screen)[2], "endpoint:blip");
    assert!(screen.notice().contains("is asleep"), "{}", screen.notice());
    go(&mut screen, "endpoint:blip", 0);
    screen.press("space");
    assert_eq!(chosen(&screen).len(), 2);
}

#[test]
fn who_chooses_a_model_that_may_write_nothing_is_told() {
    let mut screen = full(SIZES[0].0);
    for (line, told) in [
        ("openai/gpt-oss-120b", "is said to take no pictures"),
        (
            "meta-llama/Llama-3.2-11B-Vision-Instruct",
            "run it at an endpoint of your own, or choose another model",
        ),
        (
            "Qwen/Qwen2-VL-7B-Instruct",
            "or choose a relative that is served: Qwen/Qwen3-VL-",
        ),
        (
            "Qwen/Qwen3-VL-8B-Instruct:groq",
            "groq does not serve Qwen/Qwen3-VL-8B-Instruct now",
        ),
        (
            "endpoint:paused-one",
            "resume it at https://endpoints.huggingface.co",
        ),
    ] {
        screen.obey(&format!("model {line}"));
        assert!(
            screen.notice().contains(told),
            "{line}: {}",
            screen.notice()
        );
        assert!(
            chosen(&screen).contains(&line.to_owned()),
            "chosen all the same"
        );
    }
    screen.wait(10_000);
    screen.obey("model google/gemma-4-31B-it");
    assert_eq!(screen.notice(), "");
}

/// Nothing is known of a model while no list came.
#[test]
fn without_a_list_no_model_is_called_unserved() {
    let mut screen = Screen::new();
    screen.obey("model some/model");
    assert_eq!(screen.notice(), "");
}

#[test]
fn a_filter_lists_what_fits_and_searches_the_hub_once_a_pause() {
    let mut screen = full(SIZES[0].0);
    let before = screen.asked.len();
    screen.press("F");
    screen.type_in("ge");
    screen.wait(200);
    screen.type_in("mma");
    screen.wait(299);
    assert_eq!(searches(&screen.asked[before..]), []);
    assert!(screen.state.is_moving());
    screen.wait(1);
    let gemma = |text: &str| Search {
        text: text.to_owned(),
        ..Search::default()
    };
    assert_eq!(searches(&screen.asked[before..]), [(gemma("gemma"), false)]);
    screen.wait(1_000);
    assert_eq!(searches(&screen.asked[before..]).len(), 1);
    assert!(here(&screen).starts_with("google/gemma-4-31B-it"));
    for (size, name) in SIZES {
        screen.tell(Message::Resize(size));
        assert_snapshot!(format!("filtered_{name}"), screen.text());
    }
    // The keys of the list work while something is typed.
    screen.press("down");
    assert!(here(&screen).starts_with("google/gemma-3-27b-it"));
    screen.press("enter");
    assert_eq!(screen.state.models.filtered(), "gemma");
    screen.press("F");
    screen.press("backspace");
    assert_eq!(screen.state.models.filtered(), "gemm");
    screen.press("esc");
    assert_eq!(screen.state.models.filtered(), "");
    assert!(screen.state.zoomed);
    screen.press("esc");
    assert!(!screen.state.zoomed, "then it leaves");
}

#[test]
fn escape_clears_a_filter_that_was_taken_and_then_leaves() {
    let mut screen = full(SIZES[0].0);
    screen.press("F");
    screen.type_in("qwen");
    screen.press("enter esc");
    assert_eq!(screen.state.models.filtered(), "");
    assert!(screen.state.zoomed);
    screen.press("esc");
    assert!(!screen.state.zoomed);
}

#[test]
fn a_filter_that_is_typed_on_the_dashboard_opens_the_catalogue() {
    let mut screen = Screen::new();
    screen.press("m F");
    assert!(screen.state.zoomed);
    screen.type_in("j q");
    assert_eq!(screen.state.models.filtered(), "j q");
}

#[test]
fn a_late_answer_is_dropped() {
    let mut screen = opened(SIZES[0].0);
    let old = ticket(&screen);
    screen.press("F");
    screen.type_in("llama");
    screen.tell(Message::Searched(old, Ok(hub_page())));
    assert!(!screen.text().contains("meta-llama"), "{}", screen.text());
    screen.wait(300);
    screen.tell(Message::Searched(old, Ok(hub_page())));
    assert!(!screen.text().contains("meta-llama"), "{}", screen.text());
    finds(&mut screen, hub_page());
    assert!(screen.text().contains("meta-llama"), "{}", screen.text());
}

#[test]
fn what_the_hub_found_for_these_words_is_shown_whatever_its_names() {
    let mut screen = full(SIZES[0].0);
    screen.press("F");
    screen.type_in("photo");
    screen.wait(300);
    assert!(!screen.text().contains("somebody/untold"));
    finds(&mut screen, hub_page());
    assert!(
        screen.text().contains("somebody/untold"),
        "{}",
        screen.text()
    );
}

#[test]
fn pages_come_as_the_cursor_nears_the_end() {
    let mut screen = full(SIZES[1].0);
    assert_eq!(
        searches(&screen.asked).len(),
        2,
        "few rows: the next page at once"
    );
    finds(&mut screen, many(0));
    let before = screen.asked.len();
    screen.press("j j j");
    assert_eq!(searches(&screen.asked[before..]), [], "not near the end");
    let asked = screen.press("G");
    assert_eq!(searches(&asked), [(Search::default(), true)]);
    assert!(screen.text().contains("more…"), "{}", screen.text());
    assert_eq!(searches(&screen.press("k j")), [], "one page at a time");
    // The Hub tells some of them twice.
    let mut last = many(25);
    last.next = None;
    finds(&mut screen, last);
    screen.press("G");
    assert_eq!(here(&screen), "org/m074");
    let text = screen.text();
    assert!(text.contains("no more") && text.contains("79"), "{text}");
}

#[test]
fn the_order_goes_round_and_the_hub_follows_where_it_knows() {
    let mut screen = full(SIZES[1].0);
    let before = screen.asked.len();
    let mut firsts = Vec::new();
    for _ in 0..4 {
        screen.press("s");
        let text = screen.text();
        let mut live = text.lines().skip_while(|line| !line.contains("Live at"));
        let first = live.nth(1).unwrap().to_owned();
        firsts.push(first.split_whitespace().nth(2).unwrap().to_owned());
    }
    assert_eq!(
        firsts,
        [
            "Qwen/Qwen3-VL-8B-Instruct",
            "google/gemma-4-31B-it",
            "Qwen/Qwen3-VL-235B-A22B-Instruct",
            "google/gemma-4-31B-it"
        ],
        "price, latency, throughput, and by name what is not known"
    );
    assert!(screen.text().contains("by downloads"), "{}", screen.text());
    screen.press("s s");
    screen.wait(300);
    let trending = Search::default();
    assert_eq!(trending.sort, HubSort::Trending);
    assert_eq!(
        searches(&screen.asked[before..]),
        [(trending, false)],
        "one a pause"
    );
    screen.press("s s");
    screen.wait(300);
    assert_eq!(
        searches(&screen.asked).last().unwrap().0.sort,
        HubSort::Updated
    );
    screen.press("s");
    assert!(screen.text().contains("by name"));
}

#[test]
fn the_task_is_toggled() {
    let mut screen = full(SIZES[1].0);
    screen.press("o");
    screen.wait(300);
    assert_eq!(
        searches(&screen.asked).last().unwrap().0.task,
        Task::ImageToText
    );
    assert!(
        screen.text().contains("· image-to-text ·"),
        "{}",
        screen.text()
    );
    screen.press("o");
    screen.wait(300);
    assert_eq!(
        searches(&screen.asked).last().unwrap().0.task,
        Task::ImageTextToText
    );
}

#[test]
fn nothing_found_says_what_to_press() {
    for (size, name) in SIZES {
        let mut screen = full(size);
        screen.press("F");
        screen.type_in("xyzzy");
        screen.wait(300);
        finds(&mut screen, page(Vec::new(), false));
        screen.press("enter");
        assert_snapshot!(format!("nothing_{name}"), screen.text());
    }
}

#[test]
fn a_limit_that_is_used_up_is_waited_for() {
    for (size, name) in SIZES {
        let mut screen = full(size);
        let limited = Page {
            limit: Some(RateLimit {
                left: 0,
                until: now() + SignedDuration::from_secs(90),
            }),
            ..hub_page()
        };
        finds(&mut screen, limited);
        let before = screen.asked.len();
        screen.press("F");
        screen.type_in("qwen");
        screen.wait(1_000);
        assert_eq!(searches(&screen.asked[before..]), []);
        assert!(screen.state.is_moving(), "it counts down");
        screen.press("enter");
        assert_snapshot!(format!("limited_{name}"), screen.text());
        screen.wait(89_000);
        assert_eq!(searches(&screen.asked[before..]).len(), 1);
    }
}

/// The seconds of a limit stood still where nothing was to be asked.
#[test]
fn a_limit_counts_down_to_its_end_and_then_the_screen_rests() {
    let mut screen = full(Cells::new(120, 36));
    let limited = Page {
        limit: Some(RateLimit {
            left: 0,
            until: now() + SignedDuration::from_secs(90),
        }),
        next: None,
        ..hub_page()
    };
    screen.press("r");
    screen.wait(0);
    finds(&mut screen, limited);
    screen.state.notice = None;
    assert!(
        screen.text().contains("limit used up for 90 s"),
        "{}",
        screen.text()
    );
    assert!(screen.state.is_moving());
    screen.wait(60_000);
    assert!(
        screen.text().contains("limit used up for 30 s"),
        "{}",
        screen.text()
    );
    screen.wait(30_000);
    assert!(!screen.text().contains("limit"), "{}", screen.text());
    screen.state.notice = None;
    screen.state.spending = crate::ui::spending::Spending::default();
    assert!(!screen.state.is_moving());
}

#[test]
fn a_hub_that_refuses_is_told_with_the_next_step() {
    for (size, name) in SIZES {
        let mut screen = full(size);
        screen.press("r");
        let ticket = ticket(&screen);
        let refused = Problem::new("the Hub answers no more questions from this address")
            .with_hint("log in: then it answers more");
        screen.tell(Message::Searched(ticket, Err(refused)));
        screen.press("G");
        assert_snapshot!(format!("refused_{name}"), screen.text());
        assert_eq!(searches(&screen.press("r")).len(), 1);
    }
}

#[test]
fn hostile_and_long_names_are_harmless() {
    for (size, name) in SIZES {
        let mut screen = opened(size);
        let evil = "evil/\u{1b}[31m\u{202e}name\nline";
        let long = format!("long/{}", "模型".repeat(60));
        let mut list = catalogue(0);
        list.models
            .push(served(evil, vec![silent("\u{1b}]0;x\u{7}provider")]));
        list.models.push(served(
            &long,
            vec![offer("novita", 9_999_000_000, 99_999.0, 12_345.6)],
        ));
        screen.tell(Message::Catalogue(Refresh::IfOld, list, None));
        let mut strange = found(evil, Some(&["\u{1b}[2Ja"]));
        strange.licence = Some("\u{202e}licence that is much longer than its column".to_owned());
        finds(&mut screen, page(vec![strange, found(&long, None)], false));
        screen.tell(Message::Rented(Err(Problem::new(
            "the token may not read \u{1b}[31mendpoints",
        ))));
        assert_snapshot!(format!("hostile_{name}"), screen.text());
        screen.press("G k");
        let effects = screen.press("space");
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, Effect::Remember(..)))
        );
        assert!(screen.notice().ends_with("cannot be chosen: i tells why"));
        assert_eq!(screen.press("i"), [], "the Hub is asked for no such name");
        assert!(
            screen.text().contains("This is no name of a model"),
            "{}",
            screen.text()
        );
    }
}

#[test]
fn facts_are_completed_by_the_hub() {
    for (size, name) in SIZES {
        let mut screen = full(size);
        go(&mut screen, "Qwen/Qwen3-VL-8B-Instruct", 1);
        let asked = screen.press("i");
        let [Effect::About(ticket, id)] = &asked[..] else {
            panic!("{asked:?}");
        };
        assert_eq!(id, "Qwen/Qwen3-VL-8B-Instruct");
        assert!(screen.text().contains("asking the Hub for more…") || size == SIZES[0].0);
        let mut told = found(id, Some(&["novita", "together"]));
        told.base_models = vec!["Qwen/Qwen3-8B".to_owned()];
        screen.tell(Message::About(*ticket, Ok(told)));
        assert_snapshot!(format!("facts_{name}"), screen.text());
        screen.press("G");
        assert_snapshot!(format!("facts_end_{name}"), screen.text());
        assert!(!screen.text().contains("asking the Hub"));
    }
}

#[test]
fn facts_of_what_nobody_serves_say_what_one_can_do() {
    for (size, name) in SIZES {
        let mut screen = full(size);
        screen.press("G");
        let asked = screen.press("i");
        let [Effect::About(ticket, _)] = &asked[..] else {
            panic!("{asked:?}");
        };
        let refused = Problem::new("huggingface.co could not be reached").with_hint("try again");
        screen.tell(Message::About(*ticket, Err(refused)));
        assert_snapshot!(format!("unserved_{name}"), screen.text());
    }
}

#[test]
fn an_answer_for_a_closed_box_opens_nothing() {
    let mut screen = full(SIZES[0].0);
    go(&mut screen, "google/gemma-4-31B-it", 0);
    let asked = screen.press("i");
    let [Effect::About(first, id)] = &asked[..] else {
        panic!("{asked:?}");
    };
    screen.press("esc j i");
    let before = screen.text();
    screen.tell(Message::About(*first, Ok(found(id, None))));
    assert_eq!(screen.text(), before);
}

#[test]
fn a_favourite_is_shown_first_and_remembered() {
    let mut screen = full(SIZES[0].0);
    go(&mut screen, "zai-org/GLM-4.6V", 0);
    let effects = screen.press("f");
    let favourites = vec![model("zai-org/GLM-4.6V")];
    assert!(effects.contains(&Effect::Remember(Remembered::Favourite, favourites)));
    screen.press("g");
    assert_eq!(here(&screen), "zai-org/GLM-4.6V");
    screen.press("z");
    assert!(
        screen.text().contains("zai-org/GLM-4.6V ★"),
        "{}",
        screen.text()
    );
}

#[test]
fn what_captions_is_recent_and_the_newest_ten_are_remembered() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    let old: Vec<ModelRef> = (0..10).map(|n| model(&format!("old/m{n}"))).collect();
    screen.tell(Message::Chosen {
        chosen: None,
        favourites: Vec::new(),
        recent: old.clone(),
    });
    let effects = screen.press("enter");
    let mut recent = vec![model("builtin/describe")];
    recent.extend(old.into_iter().take(9));
    assert!(effects.contains(&Effect::Remember(Remembered::Recent, recent)));
    let effects = screen.press("j enter");
    let remembers = |effect: &Effect| matches!(effect, Effect::Remember(..));
    assert!(!effects.iter().any(remembers), "nothing new");
    assert!(
        screen
            .state
            .models
            .cards()
            .iter()
            .any(|card| card.model == model("old/m3"))
    );
}

#[test]
fn finding_goes_over_the_rows_of_the_catalogue() {
    let mut screen = full(SIZES[0].0);
    screen.press("/");
    screen.type_in("glm");
    screen.press("enter");
    assert_eq!(here(&screen), "zai-org/GLM-4.6V");
    screen.press("/");
    screen.type_in("gemma");
    screen.press("enter n");
    assert_eq!(here(&screen), "google/gemma-4-31B-it");
}

#[test]
fn the_cursor_of_the_dashboard_is_that_of_the_catalogue() {
    let mut screen = full(SIZES[0].0);
    screen.press("z j z");
    assert_eq!(here(&screen), "Qwen/Qwen3-VL-8B-Instruct");
    go(&mut screen, "endpoint:lab", 0);
    screen.press("z");
    assert_eq!(
        screen.state.models.card().unwrap().model,
        model("endpoint:lab")
    );
}

#[test]
fn enter_opens_who_serves_a_model_and_pins_one() {
    for (size, name) in SIZES {
        let mut screen = full(size);
        go(&mut screen, "Qwen/Qwen3-VL-8B-Instruct", 1);
        screen.press("enter");
        assert_snapshot!(format!("providers_{name}"), screen.text());
        screen.press("j j j j");
        let effects = screen.press("enter");
        let pinned = model("Qwen/Qwen3-VL-8B-Instruct:novita");
        let expected = vec![model("builtin/describe"), pinned];
        assert!(effects.contains(&Effect::Remember(Remembered::Chosen, expected)));
        assert!(screen.state.overlays.is_empty());
        // The same model, cheapest this time: the pin goes.
        go(&mut screen, "google/gemma-4-31B-it", 0);
        screen.press("j j enter k k k enter");
        assert_eq!(chosen(&screen)[1], "Qwen/Qwen3-VL-8B-Instruct:cheapest");
        assert_eq!(chosen(&screen).len(), 2);
    }
}

#[test]
fn enter_on_what_nobody_serves_says_why_and_elsewhere_chooses() {
    let mut screen = full(SIZES[1].0);
    go(&mut screen, "meta-llama/Llama-3.2-11B-Vision-Instruct", 0);
    let asked = screen.press("enter");
    assert!(matches!(asked[..], [Effect::About(..)]), "{asked:?}");
    assert!(
        screen.text().contains("no provider serves"),
        "{}",
        screen.text()
    );
    screen.press("esc");
    go(&mut screen, "endpoint:lab", 0);
    screen.press("enter");
    assert_eq!(chosen(&screen), ["builtin/describe", "endpoint:lab"]);
}

#[test]
fn an_endpoint_is_changed_where_the_cursor_of_the_catalogue_is() {
    let mut screen = full(SIZES[1].0);
    go(&mut screen, "google/gemma-4-31B-it", 0);
    screen.press("e");
    assert!(screen.notice().starts_with("only an endpoint of your own"));
}
