//! How the sections of the catalogue stand, in words.

use super::super::super::command::Context;
use super::super::super::pen::Pen;
use super::super::Scene;
use super::ModelsPane;
use super::hub::Stage;
use super::listing::Section;
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

impl ModelsPane {
    /// How a section stands, in words that say what to press.
    pub(super) fn draw_note(&self, section: Section, mut pen: Pen, scene: &Scene) {
        let theme = scene.theme;
        let (text, style) = match section {
            Section::Mine => match &self.rented_failed {
                Some(problem) => (wrong(problem), theme.doubtful()),
                None => (String::new(), theme.dim()),
            },
            Section::Live => match &self.served_failed {
                Some(problem) => (wrong(problem), theme.bad()),
                None => (self.note_of_live(scene), theme.dim()),
            },
            Section::Hub => match self.hub.stage() {
                Stage::Failed(problem) if !self.seen.offline => (wrong(problem), theme.bad()),
                stage => (self.note_of_hub(stage, scene), theme.dim()),
            },
        };
        let is_failed = text.starts_with('✗');
        if is_failed {
            let again = format!(" {} asks again ", key_here(scene, "reload"));
            pen.right(&again, theme.dim());
        }
        let text = Foreign::new(text).shown(pen.left().saturating_sub(3));
        pen.write("  ", style).write(&text, style);
    }

    fn note_of_live(&self, scene: &Scene) -> String {
        let key = |name| key_here(scene, name);
        match self.refresh.0 {
            Some(_) if self.served.asked.is_none() => "asking the router…".to_owned(),
            _ if !self.listing.filter().is_empty() => {
                format!("nothing here fits; {} shows all", key("back"))
            }
            _ if self.seen.offline => "offline, and no list was kept".to_owned(),
            _ => format!(
                "the router serves no vision model; {} asks again",
                key("reload")
            ),
        }
    }

    fn note_of_hub(&self, stage: &Stage, scene: &Scene) -> String {
        let key = |name| key_here(scene, name);
        let is_empty = self.hub.found().is_empty();
        let limit = self.hub.limit(scene.now).filter(|limit| limit.left == 0);
        let text = match stage {
            _ if self.seen.offline => "offline: the Hub is not searched",
            Stage::Idle | Stage::Failed(_) => "",
            Stage::Due(_) | Stage::More(_) if limit.is_some() => {
                "the Hub's limit is used up: it is asked when it answers again"
            }
            Stage::Due(_) | Stage::Coming => "searching…",
            Stage::More(_) | Stage::MoreComing => "more…",
            Stage::End if is_empty && self.listing.filter().is_empty() => "nothing found",
            Stage::End if is_empty => {
                return format!(
                    "nothing found; {} shows all, {} looks for the other task",
                    key("back"),
                    key("task")
                );
            }
            Stage::End => "no more",
        };
        text.to_owned()
    }
}

/// The key of a command while the catalogue is on screen.
pub(super) fn key_here(scene: &Scene, name: &str) -> String {
    let here = [Context::ModelsZoomed, Context::Models, Context::Global];
    scene.keymap.said(&here, name)
}

fn wrong(problem: &Problem) -> String {
    let hint = problem.hint.as_ref();
    let hint = hint.map_or(String::new(), |hint| format!("; {}", hint.raw()));
    format!("✗ {}{hint}", problem.sentence().raw())
}
