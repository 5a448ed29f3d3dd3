-- Which of several captions of one picture was preferred. One that was taken back, or followed by
-- another over the same contestants, is kept and counts no more.
CREATE TABLE verdict (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    picture  INTEGER NOT NULL REFERENCES picture ON DELETE CASCADE,
    moment   INTEGER NOT NULL,
    choice   TEXT    NOT NULL, -- best, tie, none
    best     INTEGER,          -- the place of the best one, from 0
    blind    INTEGER NOT NULL, -- 1 where nobody could see who wrote what
    seed     INTEGER,          -- what the order was drawn with
    counts   INTEGER NOT NULL,
    replaces INTEGER REFERENCES verdict ON DELETE SET NULL,
    lineup   TEXT    NOT NULL, -- the contestants, whatever their order
    reason   TEXT    NOT NULL
) STRICT;
CREATE INDEX verdict_of_picture ON verdict (picture, lineup);
CREATE INDEX verdict_replaced ON verdict (replaces) WHERE replaces IS NOT NULL;

-- Who was shown, in the order in which they were.
CREATE TABLE side (
    verdict INTEGER NOT NULL REFERENCES verdict ON DELETE CASCADE,
    place   INTEGER NOT NULL, -- from 0
    model   TEXT    NOT NULL,
    preset  TEXT,
    run     INTEGER REFERENCES run ON DELETE SET NULL,
    chars   INTEGER,          -- length of the caption; NULL where there was none
    PRIMARY KEY (verdict, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX side_of_run ON side (run) WHERE run IS NOT NULL;
