-- What people decided and wrote of a run. Nothing is ever changed here but whether a row counts; the
-- last one that does says how the run stands.
CREATE TABLE review (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    step     INTEGER NOT NULL, -- what was done at once, and is taken back at once
    run      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    moment   INTEGER NOT NULL,
    maker    TEXT    NOT NULL, -- hand, replacement
    counts   INTEGER NOT NULL,
    decision TEXT    NOT NULL, -- from then on: pending, accepted, rejected
    caption  TEXT              -- from then on; NULL where it is the model's own
) STRICT;
CREATE INDEX review_of_run ON review (run, counts);
CREATE INDEX review_in_step ON review (step);

CREATE TABLE step (
    id INTEGER PRIMARY KEY AUTOINCREMENT
) STRICT;

-- How those runs stand, made from the above. Of the runs of a picture one is accepted at most.
CREATE TABLE reviewed (
    run      INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    decision TEXT NOT NULL,
    caption  TEXT
) STRICT;
CREATE INDEX reviewed_as ON reviewed (decision);
