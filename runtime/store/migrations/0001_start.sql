-- Version 1. A released migration is never edited; a change is a new file.
-- Times are whole milliseconds since the epoch, UTC. Labels are JSON objects with sorted names.

-- An id is never used twice, so that what readers remember of it stays true.
CREATE TABLE series (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT NOT NULL,
    metric TEXT NOT NULL,
    labels TEXT NOT NULL,
    unit   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    UNIQUE (device, metric, labels, unit, kind)
) STRICT;
CREATE INDEX series_by_metric ON series (metric);

-- A value is an integer for counters (the bits of the unsigned count) and states, a real for gauges. `every` is the interval in force
-- when it was polled. Marks: 1 = the count wraps at 2^32, 2 = it started anew since the sample before.
CREATE TABLE samples (
    series INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    every  INTEGER NOT NULL,
    value  ANY NOT NULL,
    marks  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;

-- What the device last said of each counter's continuity: the writer compares the next poll with it, also after a restart of Lightship.
CREATE TABLE continuity (
    series        INTEGER PRIMARY KEY,
    at            INTEGER NOT NULL,
    uptime        INTEGER,
    uptime_at     INTEGER NOT NULL,
    discontinuity INTEGER
) STRICT;

-- What describes a device (labels `{}`) or one of its rows; text or a real.
CREATE TABLE attributes (
    device     TEXT NOT NULL,
    labels     TEXT NOT NULL,
    name       TEXT NOT NULL,
    value      ANY NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (device, labels, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE state_names (
    metric TEXT NOT NULL,
    number INTEGER NOT NULL,
    name   TEXT NOT NULL,
    PRIMARY KEY (metric, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    name    TEXT PRIMARY KEY,
    tags    TEXT NOT NULL,
    state   TEXT NOT NULL,
    since   INTEGER NOT NULL,
    seen_at INTEGER,
    every   INTEGER NOT NULL,
    trouble TEXT
) STRICT;

CREATE TABLE events (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    device   TEXT,
    kind     TEXT NOT NULL,
    severity TEXT NOT NULL,
    text     TEXT NOT NULL,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (at, id);

-- The last run of each transform; `outputs` and `ok_at` are of the last one that went well.
CREATE TABLE runs (
    transform TEXT PRIMARY KEY,
    version   TEXT NOT NULL,
    ran_at    INTEGER NOT NULL,
    ok_at     INTEGER,
    error     TEXT,
    took      INTEGER NOT NULL,
    outputs   TEXT NOT NULL
) STRICT;
