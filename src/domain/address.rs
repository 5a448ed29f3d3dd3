//! Addresses of servers: what a person knows them by, and who could read along on the way.

use url::{Host, Url};

/// The server of `url` as a person knows it: with its port where that is not the usual one.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The server alone, and how it is reached: no part of the path, where some keep a secret.
pub fn server(url: &Url) -> String {
    format!("{}://{}", url.scheme(), host(url))
}

/// The address without its query and without a name and password: what may be shown and kept of it.
pub fn without_secrets(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // An address that cannot have them has none.
    let _ = (url.set_username(""), url.set_password(None));
    url
}

/// True where nobody on the way can read along.
pub fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || is_here(url)
}

/// True for this machine: `localhost`, `127.0.0.0/8`, `::1`.
pub fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
