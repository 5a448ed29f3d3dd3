//! Server-sent events, cut out of a body that comes in chunks
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::convert::Infallible;
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::stream::{BoxStream, StreamExt as _, poll_fn};
use sse_stream::{Sse, SseByteStream};

/// An event is at most so many bytes.
pub(super) const EVENT: usize = 1 << 20;
/// A stream is at most so many bytes.
pub(super) const STREAM: usize = 16 << 20;

/// Why a stream is read no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum StreamError {
    /// One event, or all of them, are longer than an answer can be.
    #[error("more than {0} bytes")]
    TooLong(usize),
    /// The data of an event is no UTF-8.
    #[error("not UTF-8")]
    NotText,
}

/// Takes chunks and gives the data of events. It never waits, so it is the same whether a chunk
/// comes from a server or from a test.
pub(super) struct Decoder {
    feed: Sender<Bytes>,
    events: BoxStream<'static, Result<Sse, sse_stream::Error>>,
    whole: usize,
    since_event: usize,
}

impl Decoder {
    /// What to push after the last chunk. The blank line that ends an event is missing after many
    /// a last one, and the decoder would keep that one for itself.
    pub(super) const END: Bytes = Bytes::from_static(b"\n\n");

    pub(super) fn new() -> Self {
        let (feed, waiting) = channel();
        let chunks = poll_fn(move |_| match waiting.try_recv() {
            Ok(chunk) => Poll::Ready(Some(Ok::<Bytes, Infallible>(chunk))),
            Err(_) => Poll::Pending,
        });
        Self {
            feed,
            events: SseByteStream::new(chunks).boxed(),
            whole: 0,
            since_event: 0,
        }
    }

    /// Takes the next chunk; [`Decoder::next`] then gives what it completed.
    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), StreamError> {
        self.whole += chunk.len();
        self.since_event += chunk.len();
        if self.whole > STREAM {
            return Err(StreamError::TooLong(STREAM));
        }
        // What was sent stays in the channel until `next` takes it, and that lives as long as this.
        let _ = self.feed.send(chunk);
        Ok(())
    }

    /// The data of the next event that has come whole. Events without data are passed over.
    pub(super) fn next(&mut self) -> Option<Result<String, StreamError>> {
        while let Some(Some(event)) = self.events.next().now_or_never() {
            self.since_event = 0;
            match event {
                Ok(Sse { data: None, .. }) => {}
                Ok(Sse {
                    data: Some(data), ..
                }) if data.len() > EVENT => return Some(Err(StreamError::TooLong(EVENT))),
                Ok(Sse {
                    data: Some(data), ..
                }) => return Some(Ok(data)),
                Err(_) => return Some(Err(StreamError::NotText)),
            }
        }
        (self.since_event > EVENT).then_some(Err(StreamError::TooLong(EVENT)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(chunks: &[&[u8]]) -> Vec<Result<String, StreamError>> {
        let mut decoder = Decoder::new();
        let mut events = Vec::new();
        for chunk in chunks.iter().copied().chain([&Decoder::END[..]]) {
            if let Err(error) = decoder.push(Bytes::copy_from_slice(chunk)) {
                events.push(Err(error));
                break;
            }
            while let Some(event) = decoder.next() {
                let is_error = event.is_err();
                events.push(event);
                if is_error {
                    return events;
                }
            }
        }
        events
    }

    fn texts(stream: &str) -> Vec<String> {
        let events = events(&[stream.as_bytes()]);
        events.into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn a_stream_may_be_written_in_many_ways() {
        for (stream, expected) in [
            ("data: a\n\ndata: b\n\n", &["a", "b"][..]),
            ("data:a\n\ndata:b\n\n", &["a", "b"]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"]),
            ("data: a\r\rdata: b\r\r", &["a", "b"]),
            (": ping\n\ndata: a\n: ping\n\n\n\n", &["a"]),
            ("event: message\nid: 1\nretry: 5\ndata: a\n\n", &["a"]),
            ("event: end\n\ndata: a\n\n", &["a"]),
            ("data: a\ndata: b\n\n", &["a\nb"]),
            ("\u{feff}data: a\n\n", &["a"]),
            ("data: a\n\ndata: b\n", &["a", "b"]),
            ("data: a\n\ndata: b", &["a", "b"]),
            ("data: a\r\n\r\ndata: b\r", &["a", "b"]),
            ("", &[]),
        ] {
            assert_eq!(texts(stream), expected, "{stream:?}");
        }
    }

    #[test]
    fn it_does_not_matter_where_a_stream_is_cut() {
        let stream =
            "data: \u{e4}\u{1f63a}\r\n\r\n: x\nevent: e\ndata:b\n\ndata: c\ndata: d".as_bytes();
        let whole = events(&[stream]);
        assert_eq!(whole.len(), 3);
        for at in 0..=stream.len() {
            let (head, tail) = stream.split_at(at);
            assert_eq!(events(&[head, tail]), whole, "{at}");
        }
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(events(&bytes), whole);
    }

    #[test]
    fn an_event_or_a_stream_without_end_is_given_up() {
        let mebibyte = vec![b'x'; 1 << 20];
        let open = events(&[b"data: ", &mebibyte]);
        assert_eq!(open, [Err(StreamError::TooLong(EVENT))]);
        let closed = [b"data: ", &mebibyte[..], b"x\n\n"].concat();
        assert_eq!(events(&[&closed]), [Err(StreamError::TooLong(EVENT))]);
        let event = [b"data: ", &mebibyte[..(1 << 20) - 8], b"\n\n"].concat();
        let many = events(&[&event[..]; 17]);
        assert_eq!(many.len(), 17);
        assert_eq!(many[16], Err(StreamError::TooLong(STREAM)));
    }

    #[test]
    fn what_is_no_utf_8_is_told() {
        assert_eq!(events(&[b"data: \xff\n\n"]), [Err(StreamError::NotText)]);
    }
}
