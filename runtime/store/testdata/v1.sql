-- What a program of version 1 stored. Never edited: it stands for the databases that are out there.
INSERT INTO series (id, device, metric, labels, unit, kind) VALUES
    (1, 'r1', 'ifInOctets', '{"ifName":"Gi0/1"}', 'octet', 'counter'),
    (2, 'r1', 'temperature', '{}', '°C', 'gauge'),
    (3, 'r1', 'ifOperStatus', '{"ifName":"Gi0/1"}', '', 'state');
INSERT INTO samples (series, at, every, value, marks) VALUES
    (1, 1700000000000, 30000, 4294965296, 1),
    (1, 1700000030000, 30000, 1000, 1),
    (2, 1700000000000, 30000, 21.5, 0),
    (3, 1700000000000, 30000, 1, 0);
INSERT INTO continuity (series, at, uptime, uptime_at, discontinuity) VALUES (1, 1700000030000, 500000, 1700000030000, NULL);
INSERT INTO attributes (device, labels, name, value, changed_at) VALUES
    ('r1', '{"ifName":"Gi0/1"}', 'ifAlias', 'uplink', 1700000000000),
    ('r1', '{"ifName":"Gi0/1"}', 'ifIndex', 3.0, 1700000000000);
INSERT INTO state_names (metric, number, name) VALUES ('ifOperStatus', 1, 'up');
INSERT INTO devices (name, tags, state, since, seen_at, every, trouble) VALUES
    ('r1', '{"role":"core"}', 'up', 1700000000000, 1700000030000, 30000, NULL);
INSERT INTO events (at, device, kind, severity, text, body) VALUES (1700000000000, 'r1', 'device.up', 'info', 'r1 is up', '{}');
INSERT INTO runs (transform, version, ran_at, ok_at, error, took, outputs) VALUES
    ('traffic', '1.0.0', 1700000030000, 1700000030000, NULL, 12,
     '[{"widget":{"id":"now","title":"Now","unit":"bit/s","kind":"number","data":{"value":5.0}}},{"hologram":{}}]');
