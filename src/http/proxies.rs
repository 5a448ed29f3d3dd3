//! Which way requests take.

use std::net::IpAddr;

use reqwest::Proxy;
use url::{Host, Url};

use super::trusted::is_here;

/// The proxies that the environment names, read as `curl` and `reqwest` read them: of each
/// variable first the name in capitals, then the one in small letters; `ALL_PROXY` stands in for
/// the other two. This machine itself is always reached directly.
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
    proxy: Url,
}

impl Proxies {
    /// The proxies among `variables`, which gives the value of a variable of the environment.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let way = |names: [&'static str; 2]| {
            let read = |name| Some((name, variable(name).filter(|value| !value.is_empty())?));
            let (variable, value) = names.into_iter().find_map(read)?;
            let scheme = if value.contains("://") { "" } else { "http://" };
            let proxy = Url::parse(&format!("{scheme}{value}")).ok()?;
            Some(Way { variable, proxy })
        };
        let all = way(["ALL_PROXY", "all_proxy"]);
        let direct = variable("NO_PROXY").or_else(|| variable("no_proxy"));
        Self {
            http: way(["HTTP_PROXY", "http_proxy"]).or_else(|| all.clone()),
            https: way(["HTTPS_PROXY", "https_proxy"]).or(all),
            direct: direct.unwrap_or_default(),
        }
    }

    /// The variable whose proxy stands between us and `url`.
    pub(super) fn variable(&self, url: &Url) -> Option<&'static str> {
        self.way(url).map(|way| way.variable)
    }

    pub(super) fn into_proxy(self) -> Option<Proxy> {
        let has_any = self.http.is_some() || self.https.is_some();
        has_any.then(|| Proxy::custom(move |url| self.way(url).map(|way| way.proxy.clone())))
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
        Proxies::read(read).variable(&url).unwrap_or("none")
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
        assert_eq!(
            counts(&[("HTTPS_PROXY", "")], "https://example.org"),
            "none"
        );
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
