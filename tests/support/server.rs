//! A web server on loopback for tests: it answers as a function of the request says, well or badly.
//!
//! A thread a connection and nothing but the standard library. How an answer misbehaves is data: a
//! pause before each piece, a wrong length, an [`End`] that breaks off. Connections are kept alive;
//! a request carries how many came before it on the same one. Bodies are read by their
//! `Content-Length`. Nothing here sleeps: who waits is woken, by the server's end too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// Longer than anything takes on a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// A request's line and headers are shorter.
const HEAD: usize = 16 * 1024;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// In the order and with the letters in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Which connection it came on, counted from 1.
    pub(crate) connection: usize,
    /// Which request it is on that connection, counted from 1.
    pub(crate) turn: usize,
}

impl Request {
    /// The value of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Well; the connection is kept.
    Kept,
    /// Well; `Connection: close` told so beforehand.
    Closed,
    /// Well; then the connection is closed without a word.
    Left,
    /// In the middle: the connection is closed before the promised end.
    Cut,
    /// In the middle: the connection is reset.
    Reset,
    /// In the middle: nothing more is said until the other side goes.
    Silence,
    /// Never: the last piece is sent again and again until the other side goes.
    Endless,
}

/// Lets the pieces of an answer through, one an opening.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<(Mutex<usize>, Condvar)>);

impl Gate {
    /// Lets one more piece through.
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() += 1;
        self.0.1.notify_all();
    }

    /// Waits for an opening; false where none came before the server's end, or ever.
    fn pass(&self, server: &State) -> bool {
        server.seen().gates.push(self.clone());
        let (open, changed) = &*self.0;
        let goes_on = |open: &mut usize| *open == 0 && !server.is_over();
        let waited = changed.wait_timeout_while(open.lock().unwrap(), PATIENCE, goes_on);
        let (mut open, waited) = waited.unwrap();
        server.seen().is_forgotten |= waited.timed_out();
        let is_open = *open > 0;
        *open = open.saturating_sub(1);
        is_open
    }

    /// Lets those who wait see what has changed beside it.
    fn wake(&self) {
        let _held = self.0.0.lock().unwrap();
        self.0.1.notify_all();
    }
}

/// What comes before each piece of an answer.
#[derive(Clone, Debug)]
enum Pause {
    None,
    For(Duration),
    Gate(Gate),
}

/// An answer. Its body is one piece with a length, or any number of chunks.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// `None`: the pieces are all that is sent.
    status: Option<u16>,
    headers: Vec<(String, String)>,
    pieces: Vec<Vec<u8>>,
    is_chunked: bool,
    pause: Pause,
    end: End,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: Some(status),
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            pieces: vec![body.into()],
            is_chunked: false,
            pause: Pause::None,
            end: End::Kept,
        }
    }

    pub(crate) fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "application/json", body)
    }

    pub(crate) fn text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    /// Sends the client to another address.
    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::text(status, "").header("Location", to)
    }

    /// A stream of events, each piece a chunk of its own.
    pub(crate) fn stream<P: Into<Vec<u8>>>(pieces: impl IntoIterator<Item = P>) -> Self {
        let mut answer = Self::new(200, "text/event-stream", "");
        answer.pieces = pieces.into_iter().map(Into::into).collect();
        answer.is_chunked = true;
        answer
    }

    /// These bytes and no others, be they HTTP or not; then the connection is closed.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        let mut answer = Self::text(0, bytes).end(End::Left);
        answer.status = None;
        answer
    }

    /// Takes the request and says nothing: [`End::Silence`], [`End::Cut`] or [`End::Reset`].
    pub(crate) fn nothing(end: End) -> Self {
        Self::raw("").end(end)
    }

    /// A recorded answer, by the name of its file in `tests/tapes`.
    pub(crate) fn tape(name: &str) -> Self {
        #[derive(serde::Deserialize)]
        struct Tape {
            response: Response,
        }
        #[derive(serde::Deserialize)]
        struct Response {
            status: u16,
            headers: BTreeMap<String, String>,
            body: String,
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tapes");
        let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let Tape { response } = serde_json::from_str(&text).unwrap();
        let mut answer = Self::text(response.status, response.body);
        answer.headers = response.headers.into_iter().collect();
        // They tell of the journey, which is another one here.
        let journey = [
            "connection",
            "content-encoding",
            "content-length",
            "transfer-encoding",
        ];
        answer
            .headers
            .retain(|(name, _)| !journey.contains(&name.to_ascii_lowercase().as_str()));
        answer
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// So long a pause before each piece.
    pub(crate) fn every(mut self, pause: Duration) -> Self {
        self.pause = Pause::For(pause);
        self
    }

    /// Each piece waits for the gate.
    pub(crate) fn behind(mut self, gate: &Gate) -> Self {
        self.pause = Pause::Gate(gate.clone());
        self
    }

    /// A byte a piece.
    pub(crate) fn dripping(mut self) -> Self {
        self.pieces = self.pieces.concat().chunks(1).map(Vec::from).collect();
        self
    }

    pub(crate) fn end(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    fn head(&self, status: u16) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {status} Whatever\r\n");
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if self.end == End::Closed {
            head += "Connection: close\r\n";
        }
        if self.is_chunked || self.end == End::Endless {
            head += "Transfer-Encoding: chunked\r\n\r\n";
        } else {
            let length: usize = self.pieces.iter().map(Vec::len).sum();
            let is_whole = matches!(self.end, End::Kept | End::Closed | End::Left);
            let promised = if is_whole { length } else { length + 1 };
            let _ = write!(head, "Content-Length: {promised}\r\n\r\n");
        }
        head.into_bytes()
    }

    /// Writes the answer; true where the connection is kept.
    fn send(&self, mut to: &TcpStream, server: &State) -> io::Result<bool> {
        let is_chunked = self.status.is_some() && (self.is_chunked || self.end == End::Endless);
        let chunk =
            |piece: &[u8]| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        let mut ready = self
            .status
            .map(|status| self.head(status))
            .unwrap_or_default();
        for piece in &self.pieces {
            if !matches!(self.pause, Pause::None) {
                to.write_all(&ready)?;
                ready.clear();
                server.pause(&self.pause)?;
            }
            if is_chunked {
                // An empty chunk would end the body.
                if !piece.is_empty() {
                    ready.extend(chunk(piece));
                }
                to.write_all(&ready)?;
                ready.clear();
            } else {
                ready.extend(piece);
            }
        }
        if is_chunked && matches!(self.end, End::Kept | End::Closed | End::Left) {
            ready.extend(b"0\r\n\r\n");
        }
        to.write_all(&ready)?;
        match self.end {
            End::Silence => _ = to.read(&mut [0; 2])?,
            End::Endless => {
                let piece = chunk(self.pieces.last().unwrap());
                while !server.is_over() {
                    to.write_all(&piece)?;
                }
            }
            End::Kept | End::Closed | End::Left | End::Cut | End::Reset => {}
        }
        Ok(self.end == End::Kept)
    }
}

/// The server. Dropped, it hangs up on everybody, and fails the test where a gate was forgotten.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

/// What the server's threads share.
#[derive(Default)]
struct State {
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Default)]
struct Seen {
    requests: Vec<Request>,
    /// Open connections by their number.
    lines: BTreeMap<usize, Arc<TcpStream>>,
    connections: usize,
    /// All that were ever waited for.
    gates: Vec<Gate>,
    /// True once a gate was waited for in vain.
    is_forgotten: bool,
    is_over: bool,
}

impl State {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    fn is_over(&self) -> bool {
        self.seen().is_over
    }

    /// Takes a connection and gives it its number.
    fn connect(&self, line: TcpStream) -> usize {
        let mut seen = self.seen();
        seen.connections += 1;
        let number = seen.connections;
        seen.lines.insert(number, Arc::new(line));
        number
    }

    fn pause(&self, pause: &Pause) -> io::Result<()> {
        match pause {
            Pause::None => {}
            Pause::Gate(gate) if gate.pass(self) => {}
            Pause::Gate(_) => return Err(io::ErrorKind::TimedOut.into()),
            Pause::For(pause) => {
                let goes_on = |seen: &mut Seen| !seen.is_over;
                let waited = self
                    .changed
                    .wait_timeout_while(self.seen(), *pause, goes_on);
                drop(waited.unwrap());
            }
        }
        Ok(())
    }
}

impl Server {
    /// Listens on a free port; `answer` is asked once for each request.
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let server = Self {
            address,
            state: Arc::clone(&state),
        };
        thread::spawn(move || {
            let answer = Arc::new(answer);
            for line in listener.incoming() {
                let (Ok(line), false) = (line, state.is_over()) else {
                    return;
                };
                let (state, answer) = (Arc::clone(&state), Arc::clone(&answer));
                let connection = state.connect(line);
                thread::spawn(move || {
                    // A client that goes in the middle is no fault of the test's.
                    let _ = serve(connection, &state, &*answer);
                    state.seen().lines.remove(&connection);
                });
            }
        });
        server
    }

    /// Where it listens, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What came so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.seen().requests.clone()
    }

    /// Waits until at least `count` requests have come, and gives all that have.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Request> {
        let goes_on = |seen: &mut Seen| seen.requests.len() < count;
        let state = &self.state;
        let waited = state
            .changed
            .wait_timeout_while(state.seen(), PATIENCE, goes_on);
        let (seen, waited) = waited.unwrap();
        let requests = seen.requests.clone();
        drop(seen);
        assert!(!waited.timed_out(), "{count} requests: {requests:?}");
        requests
    }

    /// How many connections were made so far.
    pub(crate) fn connections(&self) -> usize {
        self.state.seen().connections
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut seen = self.state.seen();
        seen.is_over = true;
        for line in seen.lines.values() {
            let _ = line.shutdown(Shutdown::Both);
        }
        let gates = std::mem::take(&mut seen.gates);
        let is_forgotten = seen.is_forgotten;
        drop(seen);
        self.state.changed.notify_all();
        gates.iter().for_each(Gate::wake);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(self.address);
        let is_failed = is_forgotten && !thread::panicking();
        assert!(!is_failed, "a gate was never opened");
    }
}

/// Answers what comes on one connection, which ends with it.
fn serve(connection: usize, state: &State, answer: &dyn Fn(&Request) -> Answer) -> io::Result<()> {
    let line = Arc::clone(&state.seen().lines[&connection]);
    line.set_nodelay(true)?;
    let mut turn = 0;
    while let Some(mut request) = receive(&line)? {
        turn += 1;
        (request.connection, request.turn) = (connection, turn);
        state.seen().requests.push(request.clone());
        state.changed.notify_all();
        let answer = answer(&request);
        // A byte that is left unread makes a reset of the end.
        if answer.end != End::Reset {
            (&*line).read_exact(&mut [0])?;
        }
        if !answer.send(&line, state)? {
            break;
        }
    }
    Ok(())
}

/// The next request, its last byte seen but not yet taken; `None` where there is none.
fn receive(mut line: &TcpStream) -> io::Result<Option<Request>> {
    let mut head = vec![0; HEAD];
    let mut taken = 0;
    let length = loop {
        let came = line.peek(&mut head[taken..])?;
        let seen = taken + came;
        let end = head[..seen].windows(4).position(|end| end == b"\r\n\r\n");
        match end {
            Some(end) => break end + 4,
            // Nobody begins a request with a small letter or with something that is none.
            None if came == 0 || !head[0].is_ascii_uppercase() => return Ok(None),
            None => line.read_exact(&mut head[taken..seen])?,
        }
        taken = seen;
    };
    let text = String::from_utf8_lossy(&head[..length]).into_owned();
    let mut lines = text.trim_end().split("\r\n");
    let mut words = lines
        .next()
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned);
    let headers = lines.filter_map(|line| line.split_once(": "));
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: Vec::new(),
        connection: 0,
        turn: 0,
    };
    let body = request.header("content-length").unwrap_or("0").parse();
    request.body = vec![0; body.unwrap()];
    if let [start @ .., last] = request.body.as_mut_slice() {
        line.read_exact(&mut head[taken..length])?;
        line.read_exact(start)?;
        line.peek(std::slice::from_mut(last))?;
    } else {
        line.read_exact(&mut head[taken..length - 1])?;
    }
    Ok(Some(request))
}
