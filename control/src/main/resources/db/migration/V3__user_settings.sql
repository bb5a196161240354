-- What users keep for their workspaces: variables, logins at git hosts, who they are. The content is sealed
-- (AES-256-GCM under the installation's key); the id is a hash of user, kind and place, so that names that differ
-- in capitals only are two rows whatever the server's collation says.
CREATE TABLE user_setting (
  id CHAR(64) NOT NULL PRIMARY KEY,
  user_id CHAR(36) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  place VARCHAR(600) NOT NULL,
  content MEDIUMTEXT NOT NULL,
  CONSTRAINT setting_of_user FOREIGN KEY (user_id) REFERENCES user_account (id) ON DELETE CASCADE
);

CREATE INDEX setting_by_user ON user_setting (user_id, kind);
