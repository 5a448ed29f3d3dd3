//! What the Hub keeps of models (`huggingface_hub` 2.4: `hf_api.py`, `list_models` and
//! `model_info`; `@huggingface/hub` 2.17: `list-models.ts`).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::catalogue::is_model;
use super::{HubError, auth, below};
use crate::domain::address;
use crate::domain::catalogue::{Gate, HubModel, HubSort, NextPage, Page, RateLimit, Search};
use crate::domain::model::is_word;
use crate::domain::text::Foreign;
use crate::domain::token::Token;
use crate::http::{Http, HttpError, Reply};

/// Models of a page.
const PAGE: &str = "50";
/// Enough, in bytes, for a page of models with a thousand tags each.
const LARGEST: usize = 4 << 20;
/// What is asked of each model.
const FIELDS: [&str; 11] = [
    "createdAt",
    "downloads",
    "gated",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "safetensors",
    "tags",
    "trendingScore",
];
/// What is asked besides where it is one model.
const CARD: [&str; 3] = ["baseModels", "cardData", "gguf"];

/// Asks `hub` for models: the first page, or the one that `next` asks for. Who shows a token may
/// ask more often.
///
/// # Errors
/// It could not be asked, it was asked too often, or it answers something else.
pub async fn search(
    http: &Http,
    hub: &Url,
    token: Option<&Token>,
    search: &Search,
    next: Option<&NextPage>,
) -> Result<Page, HubError> {
    let list = below(hub, &["api", "models"]);
    let url = match next {
        Some(NextPage(next)) => {
            further(&list, next.raw()).ok_or_else(|| HubError::strange(&list, None))?
        }
        None => question(list.clone(), search),
    };
    let (told, reply) = ask(http, &url, token).await.map_err(HubError::refused)?;
    let told: Value = read(&url, &told)?;
    let models = told.as_array();
    let models = models.ok_or_else(|| HubError::strange(&url, None))?;
    let now = Timestamp::now();
    Ok(Page {
        models: models.iter().filter_map(model_of).collect(),
        next: next_page(&list, &reply),
        asked: Some(now),
        limit: limit(&reply, now),
    })
}

/// Asks `hub` for the model `id`. One that was renamed is found under its new name.
///
/// # Errors
/// There is none, it is hidden, or the Hub could not be asked.
pub async fn model(
    http: &Http,
    hub: &Url,
    token: Option<&Token>,
    id: &str,
) -> Result<(HubModel, Option<RateLimit>), HubError> {
    let missing = || HubError::NoModel {
        host: address::host(hub),
        id: Foreign::new(id),
    };
    let (owner, name) = id.split_once('/').ok_or_else(missing)?;
    let mut url = below(hub, &["api", "models", owner, name]);
    for field in FIELDS.iter().chain(&CARD) {
        url.query_pairs_mut().append_pair("expand[]", field);
    }
    let asked = ask(http, &url, token).await;
    let (told, reply) = asked.map_err(|error| hidden(id, error))?;
    let told = model_of(&read(&url, &told)?).ok_or_else(|| HubError::strange(&url, None))?;
    Ok((told, limit(&reply, Timestamp::now())))
}

async fn ask(
    http: &Http,
    url: &Url,
    token: Option<&Token>,
) -> Result<(bytes::Bytes, Reply), HttpError> {
    let mut reply = http.get(url, &auth(token)).await?;
    let told = reply.body(LARGEST).await?;
    Ok((told, reply))
}

fn read(url: &Url, told: &[u8]) -> Result<Value, HubError> {
    serde_json::from_slice(told).map_err(|error| HubError::strange(url, Some(error)))
}

fn question(mut list: Url, search: &Search) -> Url {
    let mut query = list.query_pairs_mut();
    let text = search.text.trim();
    if !text.is_empty() {
        query.append_pair("search", text);
    }
    let sort = match search.sort {
        HubSort::Trending => "trendingScore",
        HubSort::Downloads => "downloads",
        HubSort::Likes => "likes",
        HubSort::Created => "createdAt",
        HubSort::Updated => "lastModified",
    };
    query.append_pair("pipeline_tag", search.task.word());
    query.append_pair("sort", sort).append_pair("limit", PAGE);
    for field in FIELDS {
        query.append_pair("expand[]", field);
    }
    drop(query);
    list
}

/// The Hub says *401* for whatever the person may not see, whether it exists or not
/// (`huggingface_hub` 2.4: `utils/_http.py`).
fn hidden(id: &str, error: HttpError) -> HubError {
    let HttpError::Refused(refusal) = &error else {
        return HubError::Http(error);
    };
    let words = refusal.message.as_ref().map_or("", Foreign::raw);
    let (host, id) = (refusal.host.clone(), Foreign::new(id));
    match (refusal.status, refusal.code.as_deref()) {
        (401 | 403, Some("GatedRepo")) => HubError::Gated { id },
        (401, _) if words.contains("Invalid credentials in Authorization header") => {
            HubError::BadToken { host }
        }
        (401 | 403 | 404, _) => HubError::NoModel { host, id },
        _ => HubError::refused(error),
    }
}

/// The address in `Link: <…>; rel="next"`.
fn next_page(list: &Url, reply: &Reply) -> Option<NextPage> {
    let link = reply.header("link")?;
    let next = link.raw().split('<').skip(1).find_map(|link| {
        let (address, parameters) = link.split_once('>')?;
        let mut parameters = parameters.split([';', ',']).map(str::trim);
        let is_next = parameters.any(|one| matches!(one, "rel=\"next\"" | "rel=next"));
        is_next.then_some(address)
    })?;
    if further(list, next).is_none() {
        let host = address::host(list);
        tracing::warn!(
            host,
            "the next page lies with another server and is not asked for"
        );
        return None;
    }
    Some(NextPage(Foreign::new(next)))
}

/// A page of the same list at the same server; a token goes there, so it can be no other.
fn further(list: &Url, next: &str) -> Option<Url> {
    let next = list.join(next).ok()?;
    let is_same = next.origin() == list.origin() && next.path() == list.path();
    (is_same && next.username().is_empty() && next.password().is_none()).then_some(next)
}

/// How often the Hub may be asked still: `RateLimit: "api";r=489;t=129`
/// (<https://huggingface.co/docs/hub/rate-limits>).
fn limit(reply: &Reply, now: Timestamp) -> Option<RateLimit> {
    let limit = reply.header("ratelimit")?;
    let part = |name: &str| {
        let mut parts = limit.raw().split(';').map(str::trim);
        parts.find_map(|part| part.strip_prefix(name)?.parse().ok())
    };
    let until = now.checked_add(Duration::from_secs(part("t=")?)).ok()?;
    Some(RateLimit {
        left: part("r=")?,
        until,
    })
}

/// `None` where it has no name that could be asked for. Whatever else is missing or new does not
/// matter.
fn model_of(told: &Value) -> Option<HubModel> {
    let id = told.get("id")?.as_str().filter(|id| is_model(id))?;
    let word = |key| Some(told.get(key)?.as_str()?.to_owned());
    let number = |at| told.pointer(at).and_then(Value::as_u64);
    let moment = |key| told.get(key)?.as_str()?.parse().ok();
    let tags = told.get("tags").and_then(Value::as_array);
    let tags: Vec<&str> = tags
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let licence = tags.iter().find_map(|tag| tag.strip_prefix("license:"));
    Some(HubModel {
        id: id.to_owned(),
        task: word("pipeline_tag"),
        library: word("library_name"),
        downloads: number("/downloads"),
        likes: number("/likes"),
        created: moment("createdAt"),
        updated: moment("lastModified"),
        licence: licence.map(ToOwned::to_owned),
        gate: match told.get("gated").and_then(Value::as_str) {
            Some("manual") => Gate::Approval,
            Some(_) => Gate::Licence,
            None => Gate::Open,
        },
        providers: told.get("inferenceProviderMapping").and_then(providers),
        base_models: base_models(told, &tags),
        parameters: number("/safetensors/total").or_else(|| number("/gguf/total")),
    })
}

/// Who serves a model live. The Hub tells of one model as an object by provider, and of many as
/// arrays with the provider inside. `None` where it is neither.
fn providers(told: &Value) -> Option<Vec<String>> {
    let is_live = |told: &Value| told.get("status").is_some_and(|status| status == "live");
    let mut names: Vec<String> = match told {
        Value::Object(all) => {
            let live = all.iter().filter(|(_, told)| is_live(told));
            live.map(|(name, _)| name.clone()).collect()
        }
        Value::Array(all) => {
            let live = all.iter().filter(|told| is_live(told));
            let names = live.filter_map(|told| told.get("provider")?.as_str());
            names.map(ToOwned::to_owned).collect()
        }
        _ => return None,
    };
    names.retain(|name| is_word(name));
    names.sort();
    names.dedup();
    Some(names)
}

/// What it was made from: the tags `base_model:org/name` and `base_model:finetune:org/name`, what
/// its card says, and what the Hub made of that.
fn base_models(told: &Value, tags: &[&str]) -> Vec<String> {
    let tags = tags
        .iter()
        .filter_map(|tag| tag.strip_prefix("base_model:"));
    let mut names: Vec<&str> = tags.filter_map(|tag| tag.rsplit(':').next()).collect();
    for at in ["/cardData/base_model", "/baseModels/models", "/baseModels"] {
        match told.pointer(at) {
            Some(Value::String(name)) => names.push(name),
            Some(Value::Array(all)) => names.extend(
                all.iter()
                    .filter_map(|one| one.as_str().or_else(|| one.get("id")?.as_str())),
            ),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for name in names {
        if is_model(name) && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests;
