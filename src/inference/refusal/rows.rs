//! The table of refusals: who says what with which words, what it means, and the next step.
//!
//! In headlines and hints `{page}` stands for the model's page, `{new_token}` for the page that
//! makes a token, `{organisation}` for the organisation that is billed and `{whose}` for `your` or
//! that organisation's.

use std::ops::RangeInclusive;

use super::Asked;

/// What a refusal means, and the next step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    /// A word that programs can rely on.
    pub(super) kind: &'static str,
    pub(super) headline: &'static str,
    /// It names nothing that only one face has.
    pub(super) hint: &'static str,
}

/// A refusal that is known.
pub(super) struct Row {
    /// Who says so; `None` for anybody.
    by: Option<Asked>,
    status: RangeInclusive<u16>,
    /// One of these is in the server's words or in its code, in small letters; none for any.
    pub(super) says: &'static [&'static str],
    pub(super) meaning: Said,
}

impl Row {
    /// True for what `asked` says with this status in these words, in small letters.
    pub(super) fn fits(&self, asked: Asked, status: u16, said: &str) -> bool {
        self.by.is_none_or(|by| by == asked)
            && self.status.contains(&status)
            && (self.says.is_empty() || self.says.iter().any(|says| said.contains(says)))
    }
}

const fn said(kind: &'static str, headline: &'static str, hint: &'static str) -> Said {
    Said {
        kind,
        headline,
        hint,
    }
}

const fn row(
    by: Option<Asked>,
    status: RangeInclusive<u16>,
    says: &'static [&'static str],
    meaning: Said,
) -> Row {
    Row {
        by,
        status,
        says,
        meaning,
    }
}

/// What no row knows.
pub(super) const OTHER: Said = said(
    "refused",
    "the request was refused",
    "see what the server says; another model, prompt or parameter may be taken",
);

/// The picture is too large, in bytes, pixels or tokens.
pub(super) const TOO_LARGE: Said = said(
    "picture-too-large",
    "the picture is larger than the server takes",
    "set upload to scaled, so that pictures are sent smaller, or choose another model",
);

/// It was, and half as large it still is.
pub(super) const EVEN_SMALLER: Said = said(
    TOO_LARGE.kind,
    "the picture is larger than the server takes, even at half its size",
    "choose another model, or run this one where more is taken",
);

/// Question and answer are too long together.
pub(super) const TOO_LONG: Said = said(
    "too-long",
    "picture, prompt and answer are more than the model takes together",
    "lower max_tokens, or shorten the prompt",
);

/// A captioner of old tutorials at the router.
pub(super) const CLASSIC: Said = said(
    "gone",
    "Hugging Face no longer runs this model for everyone",
    "choose a vision chat model, or run this one in an endpoint of your own",
);

const BAD_TOKEN: Said = said(
    "bad-token",
    "Hugging Face does not take the token",
    "log in again (blipboard auth login): the token was revoked, has expired, was not copied whole, or HF_TOKEN hides a newer one",
);

const ROUTER: Option<Asked> = Some(Asked::Router);
const ENDPOINT: Option<Asked> = Some(Asked::Endpoint);
const ADDRESS: Option<Asked> = Some(Asked::Address);

/// The first row that fits counts: those with words stand before those without. An error inside
/// an answer that began well has status 200, so only its words tell what it is.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row(None, 200..=599, &["overloaded"], said("busy",
        "the model is busy",
        "try again later, or choose another provider or model")),
    row(None, 200..=599, &["currently loading"], said("loading",
        "the model is still being loaded",
        "try again in a minute, or choose another provider or model")),
    row(None, 200..=599, &["invalid state"], said("paused",
        "the endpoint is paused and does not wake by itself",
        "resume it at https://endpoints.huggingface.co, and try again")),
    row(None, 200..=599, &["template error", "template_error"], said("no-chat",
        "the model cannot be asked in a chat",
        "choose a vision chat model")),
    row(None, 400..=599, &["support image input", "image input is not supported", "image_url is only supported",
        "not a multimodal model", "unsupported content part type", "at most 0 image"], said("no-vision",
        "the model reads text only and takes no picture",
        "choose a model that takes pictures")),
    row(None, 200..=599, &["longer than the maximum model length", "longer than the model's context length"], TOO_LARGE),
    row(None, 200..=599, &["must be <=", "context length"], TOO_LONG),
    row(None, 200..=599, &["length limit exceeded", "entity too large", "invalid image size"], TOO_LARGE),
    row(None, 200..=599, &["invalid image"], said("not-a-picture",
        "the server cannot read the picture",
        "set upload to scaled, which makes a plain JPEG of every picture, or choose another model")),
    row(None, 200..=599, &["insufficient_quota", "not_enough_balance"], said("quota",
        "the account at the provider has nothing left",
        "put another provider behind the model's name, or none")),
    row(None, 200..=599, &["gatedrepo", "access to model"], said("gated",
        "the model is gated: who uses it has to accept its licence",
        "log in at {page}, accept the licence there, and try again")),
    row(None, 200..=599, &["reponotfound", "repository not found"], said("unknown-model",
        "Hugging Face has no such model, or hides it",
        "check the model's spelling; a private model takes a token that may read it")),
    row(ROUTER, 400..=499, &["not supported by any provider", "model_not_supported"], said("no-provider",
        "no provider that you have enabled serves this model",
        "choose another model, or enable more providers at https://huggingface.co/settings/inference-providers")),
    row(ROUTER, 400..=400, &["not supported by provider"], said("no-provider",
        "this provider does not serve the model",
        "put another provider behind the model's name, or none")),
    row(ROUTER, 400..=401, &["token seems invalid", "invalid credentials"], BAD_TOKEN),
    // The same words where no token came, and of a model that is not there or is hidden.
    row(ROUTER, 401..=401, &["invalid username or password"], said("bad-token",
        "Hugging Face does not know the token, or hides the model",
        "log in again (blipboard auth login); if the token is good, check the model's spelling, and whether it is private or gated")),
    row(ROUTER, 401..=401, &[], BAD_TOKEN),
    row(ENDPOINT, 401..=401, &[], said("bad-token",
        "the endpoint wants a token, or another one",
        "set token in the endpoint's table of the configuration")),
    row(ROUTER, 402..=402, &["pay-as-you"], said("no-credit",
        "{whose} credit is used up, and this provider takes only who pays",
        "put another provider behind the model's name, or buy credits at https://huggingface.co/settings/billing")),
    row(ROUTER, 402..=402, &[], said("no-credit",
        "{whose} credit of this month is used up",
        "buy credits or subscribe to PRO at https://huggingface.co/settings/billing, or bill another account")),
    row(None, 402..=402, &[], said("no-credit",
        "the server wants to be paid, and the account behind it has nothing left",
        "see to that account, or choose another model")),
    row(ADDRESS, 401..=403, &[], said("bad-token",
        "this address wants a token, and an address alone is sent none",
        "make it an endpoint of the configuration, with a token")),
    row(ROUTER, 403..=403, &["on behalf of org"], said("no-permission",
        "the token may not call models in the name of {organisation}",
        "allow it for {organisation} at https://huggingface.co/settings/tokens, or bill yourself")),
    row(ROUTER, 403..=403, &[], said("no-permission",
        "the token may not call models",
        "make a token that may: {new_token}")),
    row(ENDPOINT, 403..=403, &[], said("no-permission",
        "the token may not call this endpoint",
        "set another token in the endpoint's table of the configuration")),
    row(ROUTER, 404..=404, &[], said("unknown-model",
        "Hugging Face serves no model of this name",
        "check the model's spelling, choose another, or run it in an endpoint of your own")),
    row(None, 404..=404, &["model"], said("unknown-model",
        "the server has no such model",
        "make it an endpoint of the configuration, and set model to one that it has")),
    row(None, 404..=405, &[], said("wrong-address",
        "nobody captions at this address",
        "check the path of the address")),
    row(None, 410..=410, &["api-inference"], said("gone",
        "the old address of Hugging Face's models was switched off",
        "choose a model of Hugging Face by its name, or run this one in an endpoint of your own")),
    row(None, 410..=410, &[], said("gone",
        "the model was switched off",
        "choose another model, or run this one in an endpoint of your own")),
    row(None, 413..=413, &[], TOO_LARGE),
    row(ROUTER, 415..=422, &[], said("bad-request",
        "the model does not take such a request",
        "leave out what was asked beside the picture, or choose another model")),
    row(None, 415..=415, &[], said("wrong-protocol",
        "the server does not take what was sent",
        "check protocol in the endpoint's table of the configuration")),
    row(None, 422..=422, &[], said("wrong-protocol",
        "the server does not understand the request",
        "check protocol in the endpoint's table of the configuration")),
    row(None, 429..=429, &["log in", "login"], said("rate-limit",
        "the server was asked too often by people without a token",
        "log in (blipboard auth login), or wait some minutes")),
    row(None, 429..=429, &[], said("rate-limit",
        "the server was asked too often",
        "wait, or ask for fewer captions at a time")),
    row(ENDPOINT, 503..=503, &[], said("busy",
        "the endpoint is asleep, waking up or busy",
        "try again: asking wakes it, which takes some minutes")),
    row(None, 503..=503, &[], said("busy",
        "the model is busy or still being loaded",
        "try again later, or choose another provider or model")),
    row(None, 504..=504, &[], said("too-slow",
        "the answer took longer than the gateway waits",
        "lower max_tokens, send a smaller picture, or choose a faster provider or model")),
    row(ROUTER, 500..=599, &[], said("broken",
        "the provider failed",
        "try again later, or put another provider behind the model's name")),
    row(None, 500..=599, &[], said("broken",
        "the server failed",
        "try again later")),
    row(None, 424..=424, &[], said("broken",
        "the server failed because another one did",
        "try again later")),
];
