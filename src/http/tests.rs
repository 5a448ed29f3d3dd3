//! The real client against a server on loopback.

use super::server::{Answer, Server};
use super::*;
use crate::domain::text::Foreign;

fn post(url: &str) -> Post {
    Post {
        url: Url::parse(url).unwrap(),
        auth: Auth::None,
        content_type: "image/jpeg",
        accept: "application/json",
        body: Bytes::from_static(b"a picture"),
    }
}

#[tokio::test]
async fn a_post_arrives_as_it_was_meant() {
    let server = Server::start(|_| Answer::json(200, "[]").header("X-Request-Id", "Root=1;a"));
    let reply = Http::default().post(&post(&server.url())).await.unwrap();
    assert_eq!(reply.request_id(), Some(Foreign::new("Root=1;a")));
    assert_eq!(reply.content_type().as_deref(), Some("application/json"));
    assert_eq!(reply.body(10).await.unwrap(), "[]");
    let [request] = server.requests().try_into().unwrap();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/")
    );
    assert_eq!(request.body, b"a picture");
    assert_eq!(request.header("content-type"), Some("image/jpeg"));
    assert_eq!(request.header("accept"), Some("application/json"));
    let agent = format!("blipboard/{}; rust", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(agent.as_str()));
    assert_eq!(request.header("authorization"), None);
}
