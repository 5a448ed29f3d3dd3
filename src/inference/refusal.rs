//! What a refusal means, and what to do about it. The same status means different things at
//! Hugging Face's router and at an endpoint of one's own, and one status has many causes that only
//! the server's words tell apart. The words themselves are told beside it.
//!
//! Gathered from the documentation (<https://huggingface.co/docs/inference-providers>), test
//! recordings of `huggingface_hub` and `huggingface.js`, and public threads.

use std::fmt;
use std::ops::RangeInclusive;

use crate::http::Refusal;

/// Who was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Hugging Face's router, in the name of the person.
    Router,
    /// An endpoint of the configuration.
    Endpoint,
    /// An address that was written where a model is named; it never gets a token.
    Address,
}

/// What a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// A word that programs can rely on.
    pub kind: &'static str,
    sentence: &'static str,
}

/// What it means, and the next step.
impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence)
    }
}

impl Meaning {
    /// What `refusal` means where it comes from whom was `asked`.
    pub(super) fn of(refusal: &Refusal, asked: Asked) -> Self {
        let words = refusal.message.as_ref().map_or("", |words| words.raw());
        let code = refusal.code.as_deref().unwrap_or_default();
        let said = format!("{words} {code}").to_lowercase();
        let fits = |row: &&Row| {
            row.by.is_none_or(|by| by == asked)
                && row.status.contains(&refusal.status)
                && (row.says.is_empty() || row.says.iter().any(|says| said.contains(says)))
        };
        let row = ROWS.iter().find(fits);
        row.map_or(OTHER, |row| row.meaning)
    }
}

struct Row {
    /// Who says so; `None` for anybody.
    by: Option<Asked>,
    status: RangeInclusive<u16>,
    /// One of these is in the server's words or in its code, in small letters; none for any.
    says: &'static [&'static str],
    meaning: Meaning,
}

const fn row(
    by: Option<Asked>,
    status: RangeInclusive<u16>,
    says: &'static [&'static str],
    kind: &'static str,
    sentence: &'static str,
) -> Row {
    let meaning = Meaning { kind, sentence };
    Row {
        by,
        status,
        says,
        meaning,
    }
}

const OTHER: Meaning = Meaning {
    kind: "refused",
    sentence: "the request was refused",
};

const ROUTER: Option<Asked> = Some(Asked::Router);
const ENDPOINT: Option<Asked> = Some(Asked::Endpoint);
const ADDRESS: Option<Asked> = Some(Asked::Address);

/// The first row that fits counts: those with words stand before those without. An error inside
/// an answer that began well has status 200, so only its words tell what it is.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(None, 200..=599, &["overloaded"], "busy",
        "the model is busy; try again later"),
    row(None, 200..=599, &["currently loading"], "loading",
        "the model is still being loaded; try again later"),
    row(None, 200..=599, &["invalid state"], "paused",
        "the endpoint is paused and does not wake by itself; resume it at endpoints.huggingface.co"),
    row(None, 200..=599, &["template error", "template_error"], "no-chat",
        "the model cannot be asked in a chat; choose another"),
    row(None, 200..=599, &["must be <=", "context length"], "too-long",
        "picture, prompt and answer are more than the model takes together; send a smaller picture or lower --max-tokens"),
    row(None, 200..=599, &["length limit exceeded", "entity too large"], "picture-too-large",
        "the picture is larger than the server takes; send a smaller one"),
    row(None, 200..=599, &["invalid image"], "not-a-picture",
        "the server cannot read the picture; send it as a scaled JPEG"),
    row(None, 200..=599, &["insufficient_quota", "not_enough_balance"], "quota",
        "the account at the provider has nothing left; name another provider behind the model, or none"),
    row(None, 200..=599, &["gatedrepo"], "gated",
        "the model wants its licence accepted; open its page on huggingface.co, accept, and try again"),
    row(ROUTER, 400..=499, &["not supported by any provider", "model_not_supported"], "no-provider",
        "no provider that you have enabled serves this model; choose another model, or see huggingface.co/settings/inference-providers"),
    row(ROUTER, 400..=400, &["not supported by provider"], "no-provider",
        "this provider does not serve the model; name another behind it, or none"),
    row(ROUTER, 400..=400, &["token seems invalid"], "bad-token",
        "Hugging Face does not take the token; it was revoked, has expired or was not copied whole; `hf auth login` gets a new one"),
    row(ROUTER, 401..=401, &[], "bad-token",
        "Hugging Face does not take the token; it was revoked, has expired or was not copied whole; `hf auth login` gets a new one"),
    row(ENDPOINT, 401..=401, &[], "bad-token",
        "the endpoint wants a token, or another one; set `token` in its table of the configuration"),
    row(ROUTER, 402..=402, &["pay-as-you"], "no-credit",
        "your credit is used up and this provider takes only who pays; name another provider behind the model"),
    row(ROUTER, 402..=402, &[], "no-credit",
        "your credit of this month is used up; buy more or subscribe to PRO at huggingface.co/settings/billing"),
    row(None, 402..=402, &[], "no-credit",
        "the server wants to be paid, and the account behind it has nothing left"),
    row(ADDRESS, 401..=403, &[], "bad-token",
        "this address wants a token, and an address alone is sent none; make it a table [endpoints.NAME] of the configuration with a `token`"),
    row(ROUTER, 403..=403, &[], "no-permission",
        "the token may not call models; make one that may at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained"),
    row(ENDPOINT, 403..=403, &[], "no-permission",
        "the token may not call this endpoint; set another `token` in its table of the configuration"),
    row(ROUTER, 404..=404, &[], "unknown-model",
        "Hugging Face serves no model of this name; check its spelling, choose another, or run it in an endpoint of your own"),
    row(None, 404..=404, &["model"], "unknown-model",
        "the server has no such model; set `model` in a table [endpoints.NAME] of the configuration to one that it has"),
    row(None, 404..=405, &[], "wrong-address",
        "nobody captions at this address; check its path"),
    row(None, 410..=410, &[], "gone",
        "the model, or the whole address, was switched off; choose another model, or run it in an endpoint of your own"),
    row(None, 413..=413, &[], "picture-too-large",
        "the picture is larger than the server takes; send a smaller one"),
    row(ROUTER, 415..=422, &[], "bad-request",
        "the model does not take such a request; leave out what was asked beside the picture, or choose another"),
    row(None, 415..=415, &[], "wrong-protocol",
        "the server does not take what was sent; check `protocol` in its table of the configuration"),
    row(None, 422..=422, &[], "wrong-protocol",
        "the server does not understand the request; check `protocol` in its table of the configuration"),
    row(None, 429..=429, &[], "rate-limit",
        "the server was asked too often; wait, or ask for fewer captions at a time"),
    row(None, 503..=503, &[], "busy",
        "the server is busy or still waking up; try again later"),
    row(None, 504..=504, &[], "too-slow",
        "the answer took longer than the gateway waits; lower --max-tokens, or send a smaller picture"),
    row(ROUTER, 500..=599, &[], "broken",
        "the provider failed; try again later, or name another one behind the model"),
    row(None, 500..=599, &[], "broken",
        "the server failed; try again later"),
    row(None, 424..=424, &[], "broken",
        "the server failed because another one did; try again later"),
];

#[cfg(test)]
mod tests;
