-- How long a model may think: low, medium, high.
ALTER TABLE request ADD COLUMN effort TEXT;

-- What the person can do about a failure.
ALTER TABLE run ADD COLUMN failure_hint TEXT;
