//! The real client against servers on loopback.

use std::error::Error as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::server::{Answer, End, Gate, Request as Seen, Server};
use super::*;
use crate::domain::address::host;
use crate::domain::text::Foreign;

const SECRET: &str = "hf_abcdefghijklmnopqrst";
/// Long enough for what is here, short enough to wait for.
const SHORT: Duration = Duration::from_millis(200);

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn token(secret: &str) -> Token {
    Token::read(secret).unwrap()
}

fn post(to: &str) -> Post {
    Post {
        url: url(to),
        auth: Auth::None,
        content_type: "image/jpeg",
        accept: "application/json",
        headers: Vec::new(),
        body: Bytes::from_static(br#"["a picture"]"#),
    }
}

/// A client that has patience enough for a busy machine.
fn http() -> Http {
    Http::default()
}

fn with(timeouts: Timeouts) -> Http {
    Http::new(HttpSettings {
        timeouts,
        ..HttpSettings::default()
    })
}

fn serving(answer: Answer) -> Server {
    Server::start(move |_| answer.clone())
}

/// Why a picture gets no answer.
async fn fails(http: &Http, to: &str) -> HttpError {
    match http.post(&post(to)).await {
        Ok(mut reply) => reply.body(1 << 20).await.unwrap_err(),
        Err(error) => error,
    }
}

/// Why a server's answer is none.
async fn failure(http: &Http, answer: Answer) -> HttpError {
    let server = serving(answer);
    let error = fails(http, &server.url()).await;
    assert_eq!(server.requests().len(), 1);
    error
}

fn is_tried_again(error: &HttpError) -> bool {
    error
        .retry()
        .is_some_and(|retry| retry.why == Wait::Connection)
}

#[tokio::test]
async fn a_post_arrives_as_it_was_meant() {
    let server = serving(Answer::json(200, "[]").header("X-Request-Id", "Root=1;a"));
    let mut reply = http().post(&post(&server.url())).await.unwrap();
    assert_eq!(reply.request_id(), Some(Foreign::new("Root=1;a")));
    assert_eq!(reply.content_type(), "application/json");
    assert_eq!(reply.body(10).await.unwrap(), "[]");
    let [request] = server.wait_for(1).try_into().unwrap();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/")
    );
    assert_eq!(request.json(), serde_json::json!(["a picture"]));
    assert_eq!(request.header("content-type"), Some("image/jpeg"));
    assert_eq!(request.header("accept"), Some("application/json"));
    let agent = format!("blipboard/{}; rust", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(agent.as_str()));
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn pieces_come_as_they_are_sent() {
    let gate = Gate::default();
    let server = serving(Answer::stream(["one", "two"]).behind(&gate));
    let http = http();
    gate.open();
    let mut reply = http.post(&post(&server.url())).await.unwrap();
    assert_eq!(reply.chunk().await.unwrap().unwrap(), "one");
    gate.open();
    assert_eq!(reply.chunk().await.unwrap().unwrap(), "two");
    assert_eq!(reply.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn one_connection_serves_one_request_after_another() {
    let server = serving(Answer::json(200, "[]"));
    let http = http();
    for _ in 0..3 {
        http.post(&post(&server.url()))
            .await
            .unwrap()
            .body(10)
            .await
            .unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1));
}

/// Empty blocks around `stored`: what gzip makes of what it cannot make smaller.
fn gzip(stored: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in stored {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
        }
    }
    let length = u16::try_from(stored.len()).unwrap();
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(stored);
    packed.extend((!crc).to_le_bytes());
    packed.extend(u32::from(length).to_le_bytes());
    packed
}

#[tokio::test]
async fn what_is_packed_is_unpacked() {
    let packed = |body: Vec<u8>| Answer::json(200, body).header("Content-Encoding", "gzip");
    let server = serving(packed(gzip(b"[1, 2]")));
    let mut reply = http().post(&post(&server.url())).await.unwrap();
    assert_eq!(reply.body(10).await.unwrap(), "[1, 2]");
    let mut broken = gzip(b"[1, 2]");
    broken[18] ^= 1;
    let error = failure(&http(), packed(broken)).await;
    assert!(matches!(error, HttpError::Cut { .. }), "{error:?}");
}

#[tokio::test]
async fn the_token_goes_nowhere_but_where_it_belongs() {
    let other = serving(Answer::json(200, "{}"));
    let elsewhere = other.url();
    let server = Server::start(move |request: &Seen| match request.path.as_str() {
        "/old" => Answer::redirect(307, "/new"),
        "/away" => Answer::redirect(307, &format!("{elsewhere}/taken?token=1")),
        "/circle" => Answer::redirect(302, "/circle"),
        _ => Answer::json(200, "{}"),
    });
    let at = |path: &str| url(&(server.url() + path));
    let trusting = Http::new(HttpSettings {
        trusted: Trusted::with([&at(""), &url(&other.url())]),
        ..HttpSettings::default()
    });
    let theirs = Auth::HuggingFace(token(SECRET));
    let own = Auth::Own(token("sk-of-an-endpoint"));
    let shown = |request: &Seen| {
        let shown = request.header("authorization").unwrap_or_default();
        format!("{} {shown}", request.path)
    };

    // To whom it is not trusted, nothing is sent at all.
    let error = http().get(&at("/new"), &theirs).await.unwrap_err();
    assert!(matches!(error, HttpError::Stranger { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 0);

    trusting.get(&at("/old"), &theirs).await.unwrap();
    http().get(&at("/old"), &own).await.unwrap();
    http().get(&at("/new"), &Auth::None).await.unwrap();
    let with_token = format!("Bearer {SECRET}");
    assert_eq!(
        server.requests().iter().map(shown).collect::<Vec<_>>(),
        [
            format!("/old {with_token}"),
            format!("/new {with_token}"),
            "/old Bearer sk-of-an-endpoint".to_owned(),
            "/new Bearer sk-of-an-endpoint".to_owned(),
            "/new ".to_owned(),
        ]
    );

    // Not even a trusted server sends it on to another.
    for auth in [&theirs, &own, &Auth::None] {
        let error = trusting.get(&at("/away"), auth).await.unwrap_err();
        let HttpError::Redirected { host, to } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(
            url(&server.url()).port(),
            url(&format!("http://{host}")).port()
        );
        assert_eq!(to.raw(), format!("{}/taken", other.url()));
    }
    let before = server.requests().len();
    let error = trusting.get(&at("/circle"), &theirs).await.unwrap_err();
    assert!(matches!(error, HttpError::Circle { .. }), "{error:?}");
    assert_eq!(server.requests().len() - before, 1 + REDIRECTS);
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn a_picture_follows_no_redirect() {
    for status in [301, 302, 303, 307, 308] {
        for to in [
            "/new?secret=1",
            "https://anna:word@example.org/new?secret=1#part",
        ] {
            let server = serving(Answer::redirect(status, to));
            let error = fails(&http(), &server.url()).await;
            let HttpError::Redirected { to, .. } = &error else {
                panic!("{error:?}");
            };
            let places = [server.url() + "/new", "https://example.org/new".to_owned()];
            assert!(places.contains(&to.raw().to_owned()), "{to:?}");
            assert_eq!((error.retry(), server.requests().len()), (None, 1));
        }
    }
    let error = failure(&http(), Answer::text(304, "")).await;
    assert!(matches!(error, HttpError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn silence_is_not_waited_out() {
    let silence = SHORT;
    let hasty = with(Timeouts {
        silence,
        ..Timeouts::default()
    });
    let error = failure(&hasty, Answer::nothing(End::Silence)).await;
    assert!(
        error.to_string().ends_with(" said nothing for 200ms"),
        "{error}"
    );
    assert_eq!((error.kind(), error.retry()), ("timeout", None));
    let error = failure(&hasty, Answer::json(200, "[").end(End::Silence)).await;
    assert!(matches!(error, HttpError::Silent { .. }), "{error:?}");
}

#[tokio::test]
async fn a_byte_now_and_then_does_not_last_for_ever() {
    let whole = SHORT;
    let timeouts = Timeouts {
        whole,
        ..Timeouts::default()
    };
    let drip = Answer::json(200, [b'1'; 1000]).dripping();
    let error = failure(&with(timeouts), drip.every(Duration::from_millis(5))).await;
    assert!(
        error.to_string().ends_with(" took longer than 200ms"),
        "{error}"
    );
    assert_eq!((error.kind(), error.retry()), ("timeout", None));
}

/// A stream that went on and on was cut off after ten minutes, and a patience above them did
/// nothing.
#[tokio::test]
async fn what_is_worth_waiting_for_outlasts_the_whole() {
    let whole = 3 * SHORT;
    let http = with(Timeouts {
        whole,
        ..Timeouts::default()
    });
    let server = serving(Answer::stream(["[1]"; 4]).every(SHORT));
    let mut reply = http.post(&post(&server.url())).await.unwrap();
    while reply.chunk().await.unwrap().is_some() {
        reply.renew();
    }
    let hour = Duration::from_hours(1);
    assert_eq!(Timeouts::of_silence(hour).whole, hour);
    assert_eq!(Timeouts::of_silence(SHORT).whole, Timeouts::default().whole);
}

#[tokio::test]
async fn a_connection_that_is_not_taken_is_given_up() {
    // Nobody takes what waits here, so that no secure connection comes about.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let connect = SHORT;
    let timeouts = Timeouts {
        connect,
        ..Timeouts::default()
    };
    let error = fails(&with(timeouts), &format!("https://{address}")).await;
    let expected = format!("{address} did not take the connection within 200ms");
    assert_eq!(error.to_string(), expected);
    assert!(is_tried_again(&error));
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again_only_before_the_answer() {
    for end in [End::Cut, End::Reset] {
        let error = failure(&http(), Answer::nothing(end)).await;
        assert!(matches!(error, HttpError::Lost { .. }), "{end:?} {error:?}");
        assert!(is_tried_again(&error), "{end:?}");
        for answer in [Answer::json(200, "[1]"), Answer::stream(["[1]"])] {
            let error = failure(&http(), answer.end(end)).await;
            assert!(matches!(error, HttpError::Cut { .. }), "{end:?} {error:?}");
            assert_eq!((error.kind(), error.retry()), ("broken-off", None));
        }
    }
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_gets_one_second_try() {
    for end in [End::Cut, End::Reset] {
        let server = Server::start(move |request: &Seen| match request.turn {
            1 => Answer::json(200, "[]"),
            _ => Answer::nothing(end),
        });
        let http = http();
        for _ in 0..2 {
            let mut reply = http.post(&post(&server.url())).await.unwrap();
            assert_eq!(reply.body(10).await.unwrap(), "[]");
        }
        let came: Vec<_> = server
            .requests()
            .iter()
            .map(|came| (came.connection, came.turn))
            .collect();
        assert_eq!(came, [(1, 1), (1, 2), (2, 1)]);
    }
}

#[tokio::test]
async fn there_is_no_third_try() {
    let server = Server::start(|request: &Seen| match (request.connection, request.turn) {
        (1, 1) => Answer::json(200, "[]"),
        _ => Answer::nothing(End::Cut),
    });
    let http = http();
    http.post(&post(&server.url()))
        .await
        .unwrap()
        .body(10)
        .await
        .unwrap();
    let error = fails(&http, &server.url()).await;
    assert!(matches!(error, HttpError::Lost { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 3);
    // The next one is on a connection of its own from the start.
    fails(&http, &server.url()).await;
    assert_eq!(server.requests().len(), 4);
}

/// A connection that the server had left counted as kept, and what a new one broke on was sent
/// twice.
#[tokio::test]
async fn a_new_connection_that_breaks_gets_no_second_try() {
    let server = Server::start(|request: &Seen| match request.connection {
        1 => Answer::json(200, "[]").end(End::Left),
        _ => Answer::nothing(End::Cut),
    });
    let http = with(Timeouts {
        idle: Duration::ZERO,
        ..Timeouts::default()
    });
    let mut reply = http.post(&post(&server.url())).await.unwrap();
    reply.body(10).await.unwrap();
    let error = fails(&http, &server.url()).await;
    assert!(matches!(error, HttpError::Lost { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn what_the_server_had_in_its_hands_gets_no_second_try() {
    let late = AT_ONCE + SHORT;
    let server = Server::start(move |request: &Seen| match request.turn {
        1 => Answer::json(200, "[]"),
        _ => Answer::nothing(End::Cut).every(late),
    });
    let http = http();
    let mut reply = http.post(&post(&server.url())).await.unwrap();
    reply.body(10).await.unwrap();
    let error = fails(&http, &server.url()).await;
    assert!(is_tried_again(&error), "{error:?}");
    assert_eq!((server.requests().len(), server.connections()), (2, 1));
}

#[tokio::test]
async fn there_is_no_second_try_once_the_answer_has_begun() {
    for answer in [
        Answer::json(200, "[1]").end(End::Reset),
        Answer::raw("HTTP/0 hello"),
    ] {
        let server = Server::start(move |request: &Seen| match request.turn {
            1 => Answer::json(200, "[]"),
            _ => answer.clone(),
        });
        let http = http();
        http.post(&post(&server.url()))
            .await
            .unwrap()
            .body(10)
            .await
            .unwrap();
        let error = fails(&http, &server.url()).await;
        assert!(
            matches!(error, HttpError::Cut { .. } | HttpError::NotHttp { .. }),
            "{error:?}"
        );
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    // A label of more than 63 letters is looked up nowhere.
    let unknown = format!("{}.invalid", "a".repeat(64));
    for (to, kind, sentence) in [
        (
            format!("http://{free}"),
            "connection",
            "nothing answers at ",
        ),
        (
            format!("https://{free}"),
            "connection",
            "nothing answers at ",
        ),
        (format!("http://{unknown}"), "dns", "aaa"),
        (
            "ftp://example.org".to_owned(),
            "address",
            "ftp: is no address",
        ),
        ("data:,a".to_owned(), "address", "data: is no address"),
    ] {
        let error = fails(&http(), &to).await;
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.to_string().starts_with(sentence), "{error}");
        assert_eq!(is_tried_again(&error), kind != "address");
    }
}

#[tokio::test]
async fn what_speaks_no_http_is_told() {
    for hello in [
        "220 mail.example.org ESMTP\r\n",
        "SSH-2.0-OpenSSH_10.0\r\n",
        "\u{15}\u{3}\u{3}",
    ] {
        let error = failure(&http(), Answer::raw(hello)).await;
        assert!(matches!(error, HttpError::NotHttp { .. }), "{error:?}");
    }
    let long = format!("HTTP/1.1 200 OK\r\nX: {}", "a".repeat(1 << 20));
    let error = failure(&http(), Answer::raw(long)).await;
    assert_eq!((error.kind(), error.retry()), ("not-http", None));
}

#[tokio::test]
async fn a_server_without_tls_is_not_believed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut line, _) = listener.accept().unwrap();
        assert!(line.read(&mut [0; 4096]).unwrap() > 0);
        line.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let error = fails(&http(), &format!("https://{address}")).await;
    server.join().unwrap();
    assert_eq!((error.kind(), error.retry()), ("tls", None), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("no secure connection to {address} comes about")
    );
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_not_believed() {
    let pem = include_bytes!("../../tests/support/unknown.pem");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(pem).unwrap()],
            PrivateKeyDer::from_pem_slice(pem).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut line, _) = listener.accept().unwrap();
        let mut tls = rustls::ServerConnection::new(config.into()).unwrap();
        tls.complete_io(&mut line).unwrap_err()
    });
    let error = fails(&http(), &format!("https://{address}")).await;
    server.join().unwrap();
    assert!(matches!(error, HttpError::Untrusted { .. }), "{error:?}");
    assert_eq!((error.kind(), error.retry()), ("tls", None));
}

/// A client whose environment names a proxy.
fn through(variable: &'static str, proxy: &str) -> Http {
    let read = |name: &str| (name == variable).then(|| proxy.to_owned());
    Http::new(HttpSettings {
        proxies: Proxies::read(read),
        ..HttpSettings::default()
    })
}

#[tokio::test]
async fn a_proxy_is_used_and_blamed_where_it_fails() {
    let proxy = serving(Answer::json(200, "[]"));
    let http = through("HTTP_PROXY", &proxy.url());
    http.post(&post("http://models.example/caption"))
        .await
        .unwrap();
    let [request] = proxy.requests().try_into().unwrap();
    assert_eq!(request.path, "http://models.example/caption");
    // What runs here is asked directly.
    let here = serving(Answer::json(200, "[]"));
    http.post(&post(&here.url())).await.unwrap();
    assert_eq!((here.requests().len(), proxy.requests().len()), (1, 1));

    let closed = serving(Answer::text(407, "").end(End::Closed));
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let free = format!("socks5://{free}");
    for (variable, proxy) in [("https_proxy", closed.url()), ("ALL_PROXY", free)] {
        let error = fails(&through(variable, &proxy), "https://models.example").await;
        let expected =
            format!("models.example is not reached through the proxy that {variable} names");
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.kind(), "proxy");
        assert!(is_tried_again(&error));
    }
}

/// A proxy that could not be read was passed over, and pictures went out past it.
#[tokio::test]
async fn a_proxy_that_cannot_be_read_is_not_passed_over() {
    for (proxy, why) in [
        ("http://proxy:80a80", "invalid port number"),
        ("proxy\u{fffd}:80", "invalid international domain name"),
        ("ftp://anna:word@proxy", "no proxy speaks ftp://"),
        ("http://", "empty host"),
        ("socks5:///there", "no host is named"),
    ] {
        let http = through("HTTPS_PROXY", proxy);
        let error = fails(&http, "https://models.example").await;
        assert!(
            error.to_string().starts_with("HTTPS_PROXY names no"),
            "{error}"
        );
        assert_eq!(error.source().unwrap().to_string(), why, "{proxy}");
        assert_eq!((error.kind(), error.retry()), ("proxy", None));
        // It stands in no other way.
        let here = serving(Answer::json(200, "[]"));
        http.post(&post(&here.url())).await.unwrap();
    }
}

#[tokio::test]
async fn more_than_anybody_reads_is_not_read() {
    let megabytes = Answer::json(200, vec![b' '; 1 << 16]).end(End::Endless);
    let error = failure(&http(), megabytes).await;
    assert!(
        error
            .to_string()
            .ends_with(" answered with more than 1048576 bytes"),
        "{error}"
    );
    assert_eq!((error.kind(), error.retry()), ("too-large", None));
}

#[tokio::test]
async fn a_refusal_is_told_however_its_body_behaves() {
    // The head has to come in time on a busy machine too.
    let silence = Duration::from_secs(1);
    let timeouts = Timeouts {
        silence,
        ..Timeouts::default()
    };
    for (answer, message) in [
        (
            Answer::text(500, "it broke").end(End::Endless),
            Some("it broke"),
        ),
        (
            Answer::text(500, "it broke").end(End::Cut),
            Some("it broke"),
        ),
        (Answer::text(500, "it broke").end(End::Reset), None),
        (
            Answer::text(500, "it broke").end(End::Silence),
            Some("it broke"),
        ),
        (Answer::text(500, "").end(End::Silence), None),
        (Answer::json(500, vec![b'['; 100_000]), None),
    ] {
        let error = failure(&with(timeouts), answer).await;
        let HttpError::Refused(refusal) = error else {
            panic!("{error:?}");
        };
        assert_eq!(refusal.status, 500);
        if let Some(message) = message {
            assert!(refusal.message.unwrap().raw().starts_with(message));
        }
    }
}

#[tokio::test]
async fn a_token_that_is_said_again_is_masked() {
    let echo = |lead: &str| serde_json::json!({"error": format!("{lead} {SECRET}")});
    let far = "x".repeat(290);
    let server = Server::start(move |request: &Seen| {
        let status = request.path[1..].parse().unwrap();
        Answer::json(status, echo("unknown token").to_string())
            .header("X-Request-Id", SECRET)
            .header("X-Error-Code", SECRET)
            .header("X-Inference-Provider", SECRET)
    });
    let ask = async |status: u16| {
        let mut post = post(&format!("{}/{status}", server.url()));
        post.auth = Auth::Own(token(SECRET));
        http().post(&post).await
    };
    let error = ask(401).await.unwrap_err();
    let end = " answered 401 Unauthorized: unknown token hf_****qrst";
    assert!(error.to_string().ends_with(end), "{error}");
    assert!(!format!("{error:?}").contains(SECRET));

    let reply = ask(200).await.unwrap();
    for lead in ["unknown token", &far] {
        let refusal = reply.refusal(&echo(lead)).unwrap();
        assert!(!format!("{refusal:?}").contains("hf_abc"), "{refusal:?}");
    }
}

/// A variable can be set only for a process of one's own, so this runs one test of this program.
#[cfg(target_os = "linux")]
#[test]
fn without_certificates_there_is_an_error_and_no_more() {
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new(program)
        .args(["--exact", "http::tests::nobody_is_trusted", "--ignored"])
        .env("SSL_CERT_FILE", "/dev/null")
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("1 passed"), "{out}");
}

#[tokio::test]
#[ignore = "runs only where there are no certificates"]
async fn nobody_is_trusted() {
    let server = serving(Answer::json(200, "[]"));
    http().post(&post(&server.url())).await.unwrap();
    let error = fails(&http(), "https://127.0.0.1").await;
    assert_eq!(
        (error.kind(), error.retry()),
        ("no-certificates", None),
        "{error:?}"
    );
}

/// What a person and a program are told where a server answers as it once did.
#[tokio::test]
async fn recorded_refusals_become_sentences() {
    let server = Server::start(|request: &Seen| Answer::tape(&request.path[1..]));
    let http = http();
    let mut names = Vec::new();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tapes")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        names.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    names.sort_unstable();
    let mut lines = Vec::new();
    for name in names {
        let Err(error) = http.post(&post(&format!("{}/{name}", server.url()))).await else {
            continue; // it began well
        };
        let code = match &error {
            HttpError::Refused(refusal) => refusal.code.as_deref(),
            _ => None,
        };
        let again = error.retry().map(|retry| (retry.why, retry.after));
        let sentence = error
            .to_string()
            .replace(&host(&url(&server.url())), "HOST");
        let kind = error.kind();
        lines.push(format!(
            "{name}\n  {sentence}\n  {kind}, code {code:?}, again {again:?}"
        ));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
