ALTER TABLE a ADD EXCLUDE USING gist (b WITH =, time WITH =, "timestamp" WITH &&, timestamp WITH &&) WHERE (c)
