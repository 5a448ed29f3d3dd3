-- What paid runs cost, or may cost while nobody knows. The run is not referred to, since deleting
-- it does not undo what was spent.
CREATE TABLE spending (
    run     INTEGER PRIMARY KEY,
    moment  INTEGER NOT NULL,
    amount  INTEGER,         -- NULL where nobody knows
    settled INTEGER NOT NULL -- 0 while the amount is only reserved
) STRICT;
CREATE INDEX spending_since ON spending (moment, amount);

-- Who may have pictures because the person said so.
CREATE TABLE consent (
    receiver TEXT    NOT NULL, -- a host, with http:// in front where anybody can read along
    original INTEGER NOT NULL, -- 1 where files may go as they are
    PRIMARY KEY (receiver, original)
) STRICT, WITHOUT ROWID;

-- What stood behind the name of an endpoint: its address, and the model asked for at it.
ALTER TABLE request ADD COLUMN served TEXT;
