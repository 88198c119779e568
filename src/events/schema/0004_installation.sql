-- Whose events these are: an id that the control database of their installation knows. One row.
CREATE TABLE installation (
    id String,
    since DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY id;
