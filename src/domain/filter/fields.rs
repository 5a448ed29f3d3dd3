//! The names of fields, and what stands behind them.

/// A longer text is no field that was misspelt.
const LONGEST: usize = 40;

/// All of them.
pub(super) const FIELDS: [&str; 14] = [
    "after", "before", "caption", "chars", "cost", "decision", "flag", "folder", "model", "name",
    "outcome", "prompt", "provider", "usage",
];

/// The name of the field and its value, in a word such as `model:qwen`. A colon between digits, as
/// in `12:30`, makes no field.
pub(super) fn field(word: &str) -> Option<(&str, &str)> {
    let (field, value) = word.split_once(':')?;
    let is_field = !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_field.then_some((field, value))
}

/// How a field is written.
pub(super) fn example(field: &str) -> &'static str {
    match field {
        "model" => "model:qwen, or model:\"org/name\"",
        "provider" => "provider:together",
        "folder" => "folder:holidays",
        "name" => "name:dsc*",
        "caption" => "caption:cat, or caption:\"a black cat\"",
        "prompt" => "prompt:\"alt text\"",
        "decision" => "decision:accepted",
        "outcome" => "outcome:failed",
        "flag" => "flag:refused",
        "usage" => "usage:>40, usage:<=40 or usage:40..80",
        "chars" => "chars:<125, chars:>=60 or chars:60..125",
        "cost" => "cost:>0.01, in dollars, with six digits behind the point at most",
        "before" => "before:2026-11-01",
        _ => "after:2026-11-01",
    }
}

/// The one of `words` that was probably meant.
pub(super) fn nearest<'a>(written: &str, words: &[&'a str]) -> Option<&'a str> {
    // Whoever is that far off meant something else, and a long text would take long.
    if written.len() > LONGEST {
        return None;
    }
    let near = words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(written, word), *word));
    near.filter(|(away, word)| *away <= word.len() / 3 + 1)
        .min()
        .map(|(_, word)| word)
}
