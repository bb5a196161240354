-- Since when its holder leads without a break, for people; none before a control of this version takes it.
ALTER TABLE lease ADD COLUMN held_since DATETIME(6);
