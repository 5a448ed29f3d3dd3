-- What is looked for (search.rs): of each finished run the words of its caption as it reads now and
-- of its file name, and tags for what else it is, which no word can be. The words are made by us,
-- so all that is left to the tokenizer is to part them at the spaces.
CREATE VIRTUAL TABLE found USING fts5 (
    caption, name, tags, tokenize = 'ascii', prefix = '2 3', columnsize = 0
);
-- What is forgotten leaves the file at once.
INSERT INTO found (found, rank) VALUES ('secure-delete', 1);

-- Numbers that tags have for names.
CREATE TABLE label (
    id   INTEGER PRIMARY KEY,
    kind TEXT NOT NULL, -- m, a model; p, a provider
    name TEXT NOT NULL,
    UNIQUE (kind, name)
) STRICT;

-- Which pictures are said to show the same: a hash of the words of each caption that has any.
CREATE TABLE said (
    hash    INTEGER NOT NULL,
    picture INTEGER NOT NULL,
    run     INTEGER NOT NULL,
    PRIMARY KEY (hash, picture, run)
) STRICT, WITHOUT ROWID;

-- Runs up to `until` are older than all this; of them those up to `up_to` can be found by now.
CREATE TABLE indexed (
    up_to INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
INSERT INTO indexed SELECT 0, coalesce(max(id), 0) FROM run;
