-- Paths and names are bytes, as the file system has them.
CREATE TABLE folder (
    id   INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE picture (
    id     INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    bytes  INTEGER,
    format TEXT,
    width  INTEGER,
    height INTEGER
) STRICT;

-- Which picture a file held when it had this fingerprint.
CREATE TABLE file (
    folder      INTEGER NOT NULL REFERENCES folder,
    name        BLOB    NOT NULL,
    device      INTEGER NOT NULL,
    inode       INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    picture     INTEGER NOT NULL REFERENCES picture ON DELETE CASCADE,
    PRIMARY KEY (folder, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_of_picture ON file (picture);

-- What was asked, whatever the picture: stored once, since thousands of runs ask the same.
CREATE TABLE request (
    id          INTEGER PRIMARY KEY,
    key         BLOB NOT NULL UNIQUE,
    model       TEXT NOT NULL,
    prompt      TEXT NOT NULL,
    system      TEXT,
    max_tokens  INTEGER,
    temperature REAL,
    seed        INTEGER,
    upload      TEXT NOT NULL
) STRICT;

-- Numbers of batches and runs are never given twice: a late answer must not land in another row.
CREATE TABLE batch (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    started INTEGER NOT NULL
) STRICT;

-- Moments are microseconds since 1970 (UTC), durations microseconds, money micro-dollars.
-- The texts without limit come last, so that reading the other columns skips them.
CREATE TABLE run (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    request           INTEGER NOT NULL REFERENCES request,
    folder            INTEGER NOT NULL REFERENCES folder,
    name              BLOB    NOT NULL,
    picture           INTEGER REFERENCES picture,
    batch             INTEGER REFERENCES batch,
    state             TEXT    NOT NULL, -- sent, captioned, failed, cancelled, interrupted
    session           INTEGER,          -- the program that waits for the answer, while sent
    started           INTEGER NOT NULL,
    first_answer      INTEGER,
    elapsed           INTEGER,          -- NULL where nobody saw the end
    sent_bytes        INTEGER,
    sent_width        INTEGER,
    sent_height       INTEGER,
    price             TEXT    NOT NULL, -- free, own, usage, unknown
    price_input       INTEGER,          -- for a million tokens
    price_output      INTEGER,
    cost              INTEGER,          -- NULL where nobody knows
    prompt_tokens     INTEGER,
    completion_tokens INTEGER,
    provider          TEXT,
    request_id        TEXT,
    finish_reason     TEXT,
    failure_kind      TEXT,
    failure_message   TEXT,
    caption_chars     INTEGER NOT NULL DEFAULT 0,
    caption           TEXT    NOT NULL DEFAULT '',
    thinking          TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX run_in_folder ON run (folder);
CREATE INDEX run_of_picture ON run (picture);
CREATE INDEX run_of_request ON run (request);
CREATE INDEX run_in_batch ON run (batch) WHERE batch IS NOT NULL;
CREATE INDEX run_answered ON run (picture, request) WHERE state = 'captioned';
CREATE INDEX run_sent ON run (session) WHERE state = 'sent';

CREATE TABLE preference (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
