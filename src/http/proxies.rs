//! Which way requests take.

use std::net::IpAddr;

use reqwest::Proxy;
use url::{Host, Url};

use super::error::{Cause, HttpError};
use crate::domain::address::is_here;
use crate::domain::text::Foreign;

/// What a proxy can speak.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The proxies that the environment names: of each variable first the name in capitals, then the
/// one in small letters, as `reqwest` reads them; one that is empty says nothing; `ALL_PROXY`
/// stands in for the other two. This machine itself is always reached directly.
///
/// `reqwest` would pass over a value that it cannot read and go directly, past what the person
/// meant to stand in between; and whom [`reqwest::NoProxy`] means, it does not tell. So both are
/// read here.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<Way>,
    https: Option<Way>,
    /// `NO_PROXY`: who is reached directly.
    direct: String,
}

/// A proxy and the variable that names it.
#[derive(Clone, Debug)]
struct Way {
    variable: &'static str,
    /// Where it listens, or why that cannot be read.
    proxy: Result<Url, String>,
}

impl Proxies {
    /// The proxies among `variables`, which gives the value of a variable of the environment.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: [&'static str; 2]| {
            let read = |name| Some((name, variable(name).filter(|value| !value.is_empty())?));
            names.into_iter().find_map(read)
        };
        let way = |names| {
            let (variable, value) = first(names)?;
            let proxy = proxy(&value);
            Some(Way { variable, proxy })
        };
        let all = way(["ALL_PROXY", "all_proxy"]);
        let direct = first(["NO_PROXY", "no_proxy"]);
        Self {
            http: way(["HTTP_PROXY", "http_proxy"]).or_else(|| all.clone()),
            https: way(["HTTPS_PROXY", "https_proxy"]).or(all),
            direct: direct.map(|(_, value)| value).unwrap_or_default(),
        }
    }

    /// The variable whose proxy stands between us and `url`.
    pub(super) fn variable(&self, url: &Url) -> Result<Option<&'static str>, HttpError> {
        let Some(Way { variable, proxy }) = self.way(url) else {
            return Ok(None);
        };
        match proxy {
            Ok(_) => Ok(Some(variable)),
            Err(why) => Err(HttpError::BadProxy {
                variable,
                source: Cause::new(why),
            }),
        }
    }

    /// For addresses whose [`Proxies::variable`] was asked for.
    pub(super) fn into_proxy(self) -> Option<Proxy> {
        let has_any = self.http.is_some() || self.https.is_some();
        has_any.then(|| Proxy::custom(move |url| self.way(url)?.proxy.clone().ok()))
    }

    fn way(&self, url: &Url) -> Option<&Way> {
        let way = match url.scheme() {
            "https" => self.https.as_ref()?,
            _ => self.http.as_ref()?,
        };
        let is_direct = is_here(url) || self.direct.split(',').any(|entry| covers(entry, url));
        (!is_direct).then_some(way)
    }
}

/// The proxy that `written` names; without a scheme it speaks HTTP. A password in it is not repeated.
fn proxy(written: &str) -> Result<Url, String> {
    let scheme = if written.contains("://") {
        ""
    } else {
        "http://"
    };
    let proxy = Url::parse(&format!("{scheme}{written}")).map_err(|error| error.to_string())?;
    if !SCHEMES.contains(&proxy.scheme()) {
        let scheme = Foreign::new(proxy.scheme()).shown(20);
        return Err(format!("no proxy speaks {scheme}://"));
    }
    if !proxy.has_host() {
        return Err("no host is named".to_owned());
    }
    Ok(proxy)
}

/// True where an entry of `NO_PROXY` means the host of `url`: `*`, a name with all below it, an
/// address, or a range of addresses such as `10.0.0.0/8`.
fn covers(entry: &str, url: &Url) -> bool {
    let entry = entry.trim();
    let name = entry.trim_start_matches('.').to_ascii_lowercase();
    match url.host() {
        _ if entry == "*" => true,
        _ if name.is_empty() => false,
        Some(Host::Domain(host)) => match host.strip_suffix(&name) {
            Some(before) => before.is_empty() || before.ends_with('.'),
            None => false,
        },
        Some(Host::Ipv4(host)) => is_within(host.into(), entry),
        Some(Host::Ipv6(host)) => is_within(host.into(), entry),
        None => false,
    }
}

fn is_within(host: IpAddr, range: &str) -> bool {
    let (start, length) = match range.split_once('/') {
        Some((start, length)) => (start, length.parse().ok()),
        None => (range, None),
    };
    // Addresses of both families as numbers of 128 bits, the prefix at the top.
    let number = |address: IpAddr| match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let Ok(start) = start.parse::<IpAddr>() else {
        return false;
    };
    let ((start, bits), (host, host_bits)) = (number(start), number(host));
    let length: u32 = length.unwrap_or(bits).min(bits);
    bits == host_bits && (start ^ host).leading_zeros() >= length
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variable that counts for `url` where these are set.
    fn counts(variables: &[(&str, &str)], url: &str) -> &'static str {
        let read = |name: &str| {
            let mut all = variables.iter();
            all.find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let url = Url::parse(url).unwrap();
        match Proxies::read(read).variable(&url) {
            Ok(variable) => variable.unwrap_or("none"),
            Err(HttpError::BadProxy { variable, .. }) => variable,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_scheme_has_its_variable() {
        let all = [
            ("all_proxy", "socks5h://proxy:1"),
            ("HTTP_PROXY", "proxy:2"),
            ("http_proxy", "proxy:3"),
        ];
        assert_eq!(counts(&all, "http://example.org"), "HTTP_PROXY");
        assert_eq!(counts(&all[2..], "http://example.org"), "http_proxy");
        assert_eq!(counts(&all, "https://example.org"), "all_proxy");
        assert_eq!(counts(&all[1..], "https://example.org"), "none");
        let empty = [("HTTPS_PROXY", ""), ("https_proxy", "proxy:4")];
        assert_eq!(counts(&empty[..1], "https://example.org"), "none");
        assert_eq!(counts(&empty, "https://example.org"), "https_proxy");
        let direct = [("NO_PROXY", ""), ("no_proxy", "*"), empty[1]];
        assert_eq!(counts(&direct, "https://example.org"), "none");
    }

    #[test]
    fn some_are_reached_directly() {
        let direct = |entries: &str, url: &str| {
            counts(&[("HTTP_PROXY", "proxy:1"), ("NO_PROXY", entries)], url) == "none"
        };
        for (entries, url, expected) in [
            ("", "http://example.org", false),
            ("*", "http://example.org", true),
            ("a.org, Example.org", "http://example.org", true),
            ("example.org", "http://www.example.org:81", true),
            (".example.org", "http://example.org", true),
            ("example.org", "http://notexample.org", false),
            ("10.1.2.3", "http://10.1.2.3", true),
            ("10.1.2.3", "http://10.1.2.33", false),
            ("10.0.0.0/8", "http://10.200.0.1", true),
            ("10.0.0.0/8", "http://11.0.0.1", false),
            ("fd00::/8", "http://[fd12::1]", true),
            ("fd00::/8", "http://[fe12::1]", false),
            ("0.0.0.0/0", "http://[fd12::1]", false),
            ("", "http://localhost", true),
            ("", "http://127.0.0.2", true),
            ("", "http://[::1]", true),
        ] {
            assert_eq!(direct(entries, url), expected, "{entries:?} {url}");
        }
    }
}
