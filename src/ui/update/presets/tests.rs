use std::path::PathBuf;

use insta::assert_snapshot;
use ratatui::layout::Size;

use super::*;
use crate::domain::model::ModelRef;
use crate::engine::ChosenPresets;
use crate::ui::message::Message;
use crate::ui::tests::{Screen, model};

const QWEN: &str = "Qwen/Qwen3-VL-8B-Instruct";

fn alt_text() -> Preset {
    Preset {
        prompt: Some("Write an alt text. The file is called {filename}.".to_owned()),
        system: Some("You write for people who cannot see.".to_owned()),
        max_tokens: Some(200),
        temperature: Some(0.2),
        seed: Some(7),
        effort: Some(Effort::Low),
    }
}

/// A screen with two presets, and only this model chosen.
fn screen() -> Screen {
    let shorten = Preset {
        prompt: Some("Shorten: {caption}".to_owned()),
        ..Preset::default()
    };
    let all = [("alt text", alt_text()), ("shorten", shorten)];
    let all = all.map(|(name, preset)| (name.to_owned(), preset)).into();
    let mut screen = Screen::with(|start| {
        start.presets = Presets::new(all, None);
        start.chosen = vec![model(QWEN)];
    });
    screen.list(&["a.jpg"]);
    screen
}

fn config() -> PathBuf {
    "/home/me/.config/blipboard/config.toml".into()
}

/// The prompts of what Enter on a picture asks.
fn prompts(screen: &mut Screen) -> Vec<String> {
    let effects = screen.press("1 c");
    let mut prompts = Vec::new();
    for effect in effects {
        if let Effect::Caption(queue, _) = effect {
            prompts.extend(queue.into_iter().map(|(_, request)| request.prompt.text));
        }
    }
    prompts
}

fn chosen(for_all: Option<&str>, of_model: &[(&str, &str)]) -> ChosenPresets {
    let of_model = of_model.iter();
    ChosenPresets {
        for_all: for_all.map(str::to_owned),
        of_model: of_model
            .map(|(name, preset)| (model(name), (*preset).to_owned()))
            .collect(),
    }
}

fn type_in(screen: &mut Screen, text: &str) {
    screen.tell(Message::Paste(text.to_owned()));
}

#[test]
fn a_preset_is_put_in_force_for_all_and_taken_back() {
    let mut screen = screen();
    let effects = screen.press("P j enter");
    let remembered = chosen(Some("alt text"), &[]);
    assert!(effects.contains(&Effect::ChoosePresets(remembered)));
    assert!(screen.state.overlays.is_empty());
    assert_eq!(
        prompts(&mut screen),
        ["Write an alt text. The file is called {filename}."]
    );

    let effects = screen.press("P k enter");
    assert!(effects.contains(&Effect::ChoosePresets(ChosenPresets::default())));
    let plain = screen.state.terms.clone();
    assert_eq!(screen.state.terms_of(&model(QWEN)), plain);
}

#[test]
fn a_model_has_a_preset_of_its_own() {
    let mut screen = screen();
    screen.press("m j");
    let effects = screen.press("p G enter");
    let remembered = chosen(None, &[(QWEN, "shorten")]);
    assert!(effects.contains(&Effect::ChoosePresets(remembered)));
    assert_eq!(prompts(&mut screen), ["Shorten: {caption}"]);
    let lab = screen.state.terms_of(&model("endpoint:lab"));
    assert_eq!(lab, screen.state.terms);
    screen.press("m");
    assert!(screen.text().contains(" ¶ "), "{}", screen.text());
    screen.press("z");
    assert!(screen.text().contains(" · shorten"), "{}", screen.text());
    screen.press("i");
    let text = screen.text();
    assert!(text.contains("preset   shorten, of this model"), "{text}");
    screen.press("esc z");
    screen.press("m p g enter");
    assert_eq!(screen.state.presets.own(&model(QWEN)), None);
}

#[test]
fn what_takes_no_prompt_has_no_preset() {
    let mut screen = screen();
    screen.press("m p");
    assert!(screen.text().contains("builtin/describe takes no prompt"));
    let mut bare = Screen::over(&["a.jpg"]);
    bare.press("m j p");
    assert!(
        bare.text()
            .contains("there are no presets yet: P makes one")
    );
}

#[test]
fn a_question_says_what_the_prompt_tells() {
    let mut screen = screen();
    screen.press("P j enter");
    screen.obey(&format!("model {QWEN}"));
    screen.obey("model org/unknown");
    screen.press("1 c");
    let text = screen.text();
    assert!(
        text.contains("Where a prompt goes, it tells the file's name."),
        "{text}"
    );
}

#[test]
fn another_preset_asks_another_question_and_repeats_nothing() {
    let mut screen = screen();
    let wish = (screen.state.image().unwrap(), model(QWEN));
    screen.state.answered.insert(wish);
    screen.press("P");
    screen.press("j enter");
    assert!(screen.state.answered.is_empty());
}

#[test]
fn a_preset_is_made_and_written_before_it_counts() {
    let mut screen = screen();
    screen.press("P");
    screen.press("G k k enter");
    type_in(&mut screen, "terse");
    screen.press("tab");
    type_in(&mut screen, "Five words.");
    screen.press("tab tab 9 tab tab 3 tab right");
    let effects = screen.press("enter");
    let saved = SavedPreset {
        old: None,
        name: "terse".to_owned(),
        preset: Preset {
            prompt: Some("Five words.".to_owned()),
            max_tokens: Some(9),
            seed: Some(3),
            effort: Some(Effort::Low),
            ..Preset::default()
        },
    };
    let ticket = screen.state.sent;
    let save = Effect::SavePreset(ticket, config(), saved.clone());
    assert!(effects.contains(&save), "{effects:?}\n{}", screen.text());
    assert!(!screen.state.presets.all().contains_key("terse"));
    assert_eq!(screen.press("enter"), [], "it is sent once");

    screen.tell(Message::PresetSaved(
        ticket,
        Err(Problem::new("cannot write it")),
    ));
    assert!(screen.text().contains("cannot write it"));
    let save = screen.press("enter");
    assert!(
        matches!(&*save, [Effect::SavePreset(..)]),
        "what was typed stays"
    );
    screen.tell(Message::PresetSaved(screen.state.sent, Ok(saved.clone())));
    assert_eq!(screen.state.presets.all()["terse"], saved.preset);
    let text = screen.text();
    assert!(
        text.contains("Five words.") && text.contains("preset terse is saved"),
        "{text}"
    );
}

#[test]
fn what_is_wrong_in_a_form_is_told_and_nothing_is_written() {
    let mut screen = screen();
    screen.press("P");
    screen.press("G k k enter");
    type_in(&mut screen, "shorten");
    assert_eq!(screen.press("enter"), []);
    assert!(screen.text().contains("a preset is called shorten already"));
    type_in(&mut screen, "er");
    screen.press("tab tab tab tab");
    type_in(&mut screen, "hot");
    assert_eq!(screen.press("enter"), []);
    let text = screen.text();
    assert!(
        text.contains("temperature cannot be hot") && text.contains("a number from 0 to 2"),
        "{text}"
    );
}

#[test]
fn a_preset_is_changed_under_another_name_and_stays_in_force() {
    let mut screen = screen();
    screen.press("P j enter");
    screen.press("P G k enter");
    screen.press("enter");
    type_in(&mut screen, "s");
    let effects = screen.press("enter");
    let [Effect::SavePreset(ticket, _, saved)] = &*effects else {
        panic!("{effects:?}");
    };
    assert_eq!(
        (saved.old.as_deref(), &*saved.name),
        (Some("alt text"), "alt texts")
    );
    assert_eq!(saved.preset, alt_text());
    let effects = screen.tell(Message::PresetSaved(*ticket, Ok(saved.clone())));
    let remembered = chosen(Some("alt texts"), &[]);
    assert!(effects.contains(&Effect::ChoosePresets(remembered)));
}

#[test]
fn a_preset_is_deleted_once_that_was_asked() {
    let mut screen = screen();
    screen.press("P j enter");
    screen.press("P G enter");
    screen.press("enter");
    assert!(
        screen
            .text()
            .contains("The preset alt text will be taken out")
    );
    let effects = screen.press("y");
    let remove = Effect::RemovePreset(config(), "alt text".to_owned());
    assert!(effects.contains(&remove), "{effects:?}");
    let effects = screen.tell(Message::PresetRemoved(Ok("alt text".to_owned())));
    assert!(effects.contains(&Effect::ChoosePresets(ChosenPresets::default())));
    assert!(screen.state.presets.all().keys().eq(["shorten"]));
}

/// A late answer once put the menu of all presets over whatever was open by then.
#[test]
fn a_late_answer_renews_the_menu_where_it_stands() {
    let mut screen = screen();
    screen.press("P G enter");
    screen.press("enter");
    screen.press("y");
    screen.press("?");
    screen.tell(Message::PresetRemoved(Ok("alt text".to_owned())));
    assert!(screen.text().contains("Help"), "{}", screen.text());
    screen.press("esc");
    let text = screen.text();
    assert!(
        text.contains("Delete a preset") && !text.contains("Write an alt text"),
        "{text}"
    );
    screen.press("esc esc");
    screen.press("m j p");
    screen.tell(Message::PresetRemoved(Ok("of another time".to_owned())));
    assert!(
        screen
            .text()
            .contains("Preset of Qwen/Qwen3-VL-8B-Instruct alone"),
        "{}",
        screen.text()
    );
    screen.tell(Message::PresetRemoved(Ok("shorten".to_owned())));
    assert!(!screen.text().contains("Shorten:"), "{}", screen.text());
}

#[test]
fn presets_come_back_at_the_next_start() {
    let mut screen = screen();
    assert!(screen.asked.contains(&Effect::RecallPresets));
    let of_model: &[(&str, &str)] = &[(QWEN, "shorten"), ("endpoint:lab", "of another time")];
    screen.tell(Message::Presets(chosen(Some("alt text"), of_model)));
    let in_force = |name: &str| {
        let model: ModelRef = model(name);
        screen.state.presets.of(&model).map(str::to_owned)
    };
    assert_eq!(in_force(QWEN).as_deref(), Some("shorten"));
    assert_eq!(in_force("endpoint:lab").as_deref(), Some("alt text"));
}

#[test]
fn menus_and_forms_of_presets_look_so() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut screen = screen();
        screen.tell(Message::Resize(Size::new(width, height)));
        screen.press("P j enter");
        screen.press("P");
        assert_snapshot!(format!("menu_{width}"), screen.text());
        screen.press("G k enter");
        screen.press("enter");
        assert_snapshot!(format!("form_{width}"), screen.text());
        screen.press("esc");
        screen.press("esc");
        screen.press("esc");
        screen.press("m j p");
        assert_snapshot!(format!("own_{width}"), screen.text());
    }
}
