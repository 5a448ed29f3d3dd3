use super::*;
use crate::domain::preset::Preset;
use crate::domain::text::Foreign;
use crate::ui::presets::Presets;
use crate::ui::tests::{card, model, now, terms};

const PAGE: usize = 10;

fn pane() -> ModelsPane {
    let card = |name: &str| ModelCard {
        model: model(name),
        price: Price::Unknown,
        host: None,
        about: Foreign::new("about"),
    };
    let cards = ["builtin/describe", "org/cat", "org/dog"].map(card).into();
    ModelsPane::new(cards, vec![model("builtin/describe")])
}

fn does(pane: &mut ModelsPane, line: &str) -> Vec<Effect> {
    let effects = pane.handle(&crate::ui::commands::parse(line).unwrap(), PAGE);
    look_up(pane);
    effects
}

/// What is not known is asked for and answered.
fn look_up(pane: &mut ModelsPane) -> Vec<Effect> {
    let effects = pane.look_up(now(), true);
    for effect in &effects {
        if let Effect::Cards(models) = effect {
            pane.take(models.iter().map(card).collect());
        }
    }
    effects
}

fn names(models: &[ModelRef]) -> Vec<String> {
    models
        .iter()
        .map(|model| model.name().raw().to_owned())
        .collect()
}

fn listed(pane: &ModelsPane) -> Vec<String> {
    pane.cards()
        .iter()
        .map(|card| card.model.name().raw().to_owned())
        .collect()
}

fn here(pane: &ModelsPane) -> String {
    pane.card().unwrap().model.name().raw().to_owned()
}

#[test]
fn a_model_is_chosen_dropped_and_remembered() {
    let mut pane = pane();
    does(&mut pane, "down");
    let effects = does(&mut pane, "select");
    let chosen = vec![model("builtin/describe"), model("org/cat")];
    assert_eq!(effects, [Effect::Remember(Remembered::Chosen, chosen)]);
    assert_eq!(here(&pane), "org/dog", "one down");
    does(&mut pane, "top");
    does(&mut pane, "activate");
    assert_eq!(names(pane.chosen()), ["org/cat"]);
    assert_eq!(here(&pane), "builtin/describe", "enter stays");
}

#[test]
fn a_model_named_by_hand_is_listed_chosen_and_dropped_again() {
    let mut pane = pane();
    does(&mut pane, "model org/new:cheapest");
    assert_eq!(listed(&pane).last().unwrap(), "org/new:cheapest");
    assert_eq!(
        names(pane.chosen()),
        ["builtin/describe", "org/new:cheapest"]
    );
    does(&mut pane, "model org/new:cheapest");
    assert_eq!(names(pane.chosen()), ["builtin/describe"]);
    assert_eq!(pane.cards().len(), 4, "it can be chosen again");
}

#[test]
fn favourites_come_first_and_the_rest_keeps_its_order() {
    let mut pane = pane();
    does(&mut pane, "bottom");
    let effects = does(&mut pane, "favourite");
    let favourites = vec![model("org/dog")];
    assert_eq!(
        effects,
        [Effect::Remember(Remembered::Favourite, favourites)]
    );
    assert_eq!(listed(&pane), ["org/dog", "builtin/describe", "org/cat"]);
    assert_eq!(here(&pane), "org/dog", "the cursor stays on its model");
    does(&mut pane, "favourite");
    assert_eq!(here(&pane), "org/dog");
}

/// Favourites that came back late once put another model under the cursor.
#[test]
fn the_cursor_stays_on_its_model_when_favourites_come_back() {
    let mut pane = pane();
    does(&mut pane, "down");
    pane.absorb(None, vec![model("org/dog"), model("org/star")], Vec::new());
    look_up(&mut pane);
    assert_eq!(listed(&pane)[..2], ["org/dog", "org/star"]);
    assert_eq!(here(&pane), "org/cat");
}

#[test]
fn what_was_remembered_is_chosen_instead() {
    let mut pane = pane();
    pane.absorb(
        Some(vec![model("org/old")]),
        vec![model("org/star")],
        Vec::new(),
    );
    look_up(&mut pane);
    assert_eq!(names(pane.chosen()), ["org/old"]);
    assert_eq!(listed(&pane)[0], "org/star");
    assert!(listed(&pane).contains(&"org/old".to_owned()));
    pane.absorb(Some(Vec::new()), Vec::new(), Vec::new());
    assert!(
        pane.chosen().is_empty(),
        "nothing was chosen, and that was remembered"
    );
}

/// What was remembered once came late and undid what had been chosen meanwhile.
#[test]
fn what_the_person_chose_holds_against_a_late_answer() {
    let mut pane = pane();
    does(&mut pane, "model org/new");
    does(&mut pane, "favourite");
    pane.absorb(
        Some(vec![model("org/old")]),
        vec![model("org/star")],
        Vec::new(),
    );
    look_up(&mut pane);
    assert_eq!(names(pane.chosen()), ["builtin/describe", "org/new"]);
    assert_eq!(listed(&pane)[0], "builtin/describe");
    assert!(listed(&pane).contains(&"org/star".to_owned()));
}

#[test]
fn where_nothing_was_remembered_the_start_counts() {
    let mut pane = pane();
    pane.absorb(None, Vec::new(), Vec::new());
    assert_eq!(names(pane.chosen()), ["builtin/describe"]);
}

#[test]
fn finding_goes_round_and_round() {
    let mut pane = pane();
    pane.find("ORG", PAGE);
    assert_eq!(here(&pane), "org/cat");
    does(&mut pane, "find-next");
    assert_eq!(here(&pane), "org/dog");
    does(&mut pane, "find-next");
    assert_eq!(here(&pane), "org/cat");
    does(&mut pane, "find-previous");
    assert_eq!(here(&pane), "org/dog");
    pane.find("nothing", PAGE);
    assert_eq!(here(&pane), "org/dog");
}

#[test]
fn a_pane_without_models_does_nothing() {
    let mut pane = ModelsPane::new(Vec::new(), Vec::new());
    for line in [
        "down",
        "select",
        "activate",
        "favourite",
        "find-next",
        "find-previous",
    ] {
        assert_eq!(does(&mut pane, line), []);
    }
    assert!(pane.card().is_none());
}

#[test]
fn what_is_not_listed_is_asked_for_once() {
    let mut pane = ModelsPane::new(Vec::new(), vec![model("org/cat"), model("endpoint:lab")]);
    let unlisted = vec![model("org/cat"), model("endpoint:lab")];
    assert_eq!(look_up(&mut pane), [Effect::Cards(unlisted)]);
    assert_eq!(listed(&pane), ["org/cat", "endpoint:lab"]);
    assert_eq!(look_up(&mut pane), [Effect::Price(vec![model("org/cat")])]);
    assert_eq!(look_up(&mut pane), []);
}

/// Nobody is asked for a price that is known, that one's own endpoint has, or that nobody wants.
#[test]
fn prices_are_asked_for_where_they_matter() {
    let mut pane = pane();
    assert_eq!(
        pane.look_up(now(), true),
        [],
        "org/cat and org/dog are not chosen"
    );
    let choose = |pane: &mut ModelsPane, name: &str| pane.choose(model(name));
    choose(&mut pane, "org/cat");
    assert_eq!(pane.look_up(now(), false), [], "offline");
    assert_eq!(
        pane.look_up(now(), true),
        [Effect::Price(vec![model("org/cat")])]
    );
    assert_eq!(pane.look_up(now(), true), []);
    does(&mut pane, "model org/cat");
    choose(&mut pane, "org/cat");
    assert_eq!(
        pane.look_up(now(), true),
        [Effect::Price(vec![model("org/cat")])]
    );
    let price = Price::Usage {
        input: 1,
        output: 2,
    };
    let priced = ModelCard {
        price,
        ..card(&model("org/cat"))
    };
    pane.take(vec![priced]);
    assert_eq!(pane.card_of(&model("org/cat")).unwrap().price, price);
    does(&mut pane, "model org/cat");
    choose(&mut pane, "org/cat");
    assert_eq!(pane.look_up(now(), true), []);
}

/// A router that was down for a second once left prices unknown for the whole session.
#[test]
fn prices_are_asked_for_again_after_a_while() {
    let mut pane = pane();
    pane.choose(model("org/cat"));
    let mut asks = |seconds: i64, price: Price| {
        let told = ModelCard {
            price,
            ..card(&model("org/cat"))
        };
        pane.take(vec![told]);
        let now = now() + SignedDuration::from_secs(seconds);
        !pane.look_up(now, true).is_empty()
    };
    let known = Price::Usage {
        input: 1,
        output: 2,
    };
    for (seconds, price, expected) in [
        (0, Price::Unknown, true),
        (59, Price::Unknown, false),
        (60, Price::Unknown, true),
        (61, known, false),
        (659, known, false),
        (660, known, true),
        (661, known, false),
    ] {
        assert_eq!(asks(seconds, price), expected, "{seconds}");
    }
}

fn told_of(card: &ModelCard, presets: &Presets, token: &str) -> String {
    let asking = Asking {
        terms: &terms(),
        presets,
        token,
    };
    facts::facts_of(card, &asking)
}

#[test]
fn what_leaves_this_machine_is_said() {
    let presets = Presets::default();
    let facts = |name: &str| {
        let card = ModelCard {
            about: Foreign::new("\u{1b}[31mabout"),
            ..card(&model(name))
        };
        told_of(&card, &presets, "none was found")
    };
    let here = facts("builtin/describe");
    assert!(here.contains("sends\tnothing\ncosts\tnothing"), "{here}");
    assert!(!here.contains("token"));
    let routed = facts("Qwen/Qwen3-VL-8B-Instruct");
    for fact in [
        "to\trouter.huggingface.co",
        "sends\ta JPEG of at most 1024 px, without metadata; and the prompt",
        "costs\t$0.18 in, $0.69 out for a million tokens",
        "picture\tat most about $0.002",
        "token\tnone was found",
    ] {
        assert!(routed.contains(fact), "{fact}\n{routed}");
    }
    assert!(facts("endpoint:lab").contains("at an endpoint of your own"));
    assert!(!facts("org/name").contains('\u{1b}'));
}

#[test]
fn the_preset_of_a_model_and_what_it_tells_are_said() {
    let preset = Preset {
        prompt: Some("Is {filename} in {folder}?".to_owned()),
        max_tokens: Some(10),
        ..Preset::default()
    };
    let all = [("where".to_owned(), preset)].into();
    let mut presets = Presets::new(all, None);
    let lab = card(&model("endpoint:lab"));
    presets.choose(Some(lab.model.clone()), Some("where".to_owned()));
    let own = told_of(&lab, &presets, "none");
    for fact in [
        "in a chat the prompt with the file's name and the folder's name too",
        "preset\twhere, of this model alone",
    ] {
        assert!(own.contains(fact), "{fact}\n{own}");
    }
    let other = card(&model("Qwen/Qwen3-VL-8B-Instruct"));
    assert!(!told_of(&other, &presets, "none").contains("preset"));
    presets.choose(None, Some("where".to_owned()));
    let all = told_of(&other, &presets, "none");
    assert!(all.contains("preset\twhere, of all models"), "{all}");
    let here = card(&model("builtin/describe"));
    assert!(!told_of(&here, &presets, "none").contains("preset"));
}
