-- One set of portable SQL: SQLite on one machine, MySQL 5.7+ and MariaDB 10.6+ in production.
CREATE TABLE user_account (
  id CHAR(36) NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  created_at DATETIME(6) NOT NULL
);

-- A session's cookie is stored as its SHA-256 only: a copy of this table opens nothing.
CREATE TABLE user_session (
  id CHAR(64) NOT NULL PRIMARY KEY,
  user_id CHAR(36) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  CONSTRAINT session_of_user FOREIGN KEY (user_id) REFERENCES user_account (id) ON DELETE CASCADE
);

-- Codes that work once: login links, and passes from the dashboard to a workspace's host.
CREATE TABLE one_time_code (
  id CHAR(64) NOT NULL PRIMARY KEY,
  content VARCHAR(4000) NOT NULL,
  expires_at DATETIME(6) NOT NULL
);

CREATE TABLE workspace (
  id VARCHAR(45) NOT NULL PRIMARY KEY,
  owner_id CHAR(36) NOT NULL,
  context_url VARCHAR(4000) NOT NULL,
  intent VARCHAR(16) NOT NULL,
  phase VARCHAR(16) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  last_active_at DATETIME(6) NOT NULL,
  version BIGINT NOT NULL,
  plan MEDIUMTEXT NOT NULL,
  state MEDIUMTEXT NOT NULL,
  CONSTRAINT workspace_of_user FOREIGN KEY (owner_id) REFERENCES user_account (id)
);

CREATE INDEX workspace_by_owner ON workspace (owner_id, created_at);
