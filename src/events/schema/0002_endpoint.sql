-- What happens on computers: processes, files, registry. It stays outside the rollups, which hold traffic.
ALTER TABLE events MODIFY COLUMN kind Enum8('dns' = 1, 'web' = 2, 'firewall' = 3, 'intrusion' = 4, 'ip' = 5, 'audit' = 6,
    'dns_answer' = 7, 'tls' = 8, 'file' = 9, 'anomaly' = 10, 'dlp' = 11, 'vpn' = 12, 'ztna' = 13, 'endpoint' = 14, 'other' = 100);
