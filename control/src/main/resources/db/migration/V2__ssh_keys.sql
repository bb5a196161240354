-- Public keys that open their owner's workspaces by SSH. The fingerprint is of the key alone.
CREATE TABLE ssh_key (
  id CHAR(36) NOT NULL PRIMARY KEY,
  owner_id CHAR(36) NOT NULL,
  name VARCHAR(255) NOT NULL,
  type VARCHAR(64) NOT NULL,
  content VARCHAR(4000) NOT NULL,
  fingerprint VARCHAR(64) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  CONSTRAINT ssh_key_of_user FOREIGN KEY (owner_id) REFERENCES user_account (id) ON DELETE CASCADE,
  CONSTRAINT ssh_key_once UNIQUE (owner_id, fingerprint)
);
