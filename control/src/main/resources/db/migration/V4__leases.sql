-- Which of several processes does what only one may do. Times are the database's own; term grows with each new holder.
CREATE TABLE lease (
  name VARCHAR(32) NOT NULL PRIMARY KEY,
  holder VARCHAR(64) NOT NULL,
  address VARCHAR(255) NOT NULL,
  term BIGINT NOT NULL,
  held_until DATETIME(6) NOT NULL
);

INSERT INTO lease (name, holder, address, term, held_until) VALUES ('control', '', '', 0, '2000-01-01 00:00:00.000000');
