-- SPDX-License-Identifier: Apache-2.0
-- Every statement may be run again: H2 commits each DDL statement by itself.
CREATE TABLE IF NOT EXISTS account (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  kind VARCHAR(16) NOT NULL,
  currency VARCHAR(3) NOT NULL,
  balance BIGINT NOT NULL,
  pending_out BIGINT NOT NULL,
  CONSTRAINT account_kind CHECK (kind IN ('ASSET', 'LIABILITY', 'INCOME')),
  CONSTRAINT account_pending CHECK (pending_out >= 0),
  CONSTRAINT account_funds CHECK (kind = 'ASSET' OR balance >= pending_out),
  CONSTRAINT account_currency UNIQUE (name, currency)
);

CREATE TABLE IF NOT EXISTS journal (
  entry_no BIGINT NOT NULL PRIMARY KEY,
  event VARCHAR(8) NOT NULL,
  transfer_id VARCHAR(32) NOT NULL,
  booked_micros BIGINT NOT NULL,
  debit VARCHAR(64) NOT NULL,
  credit VARCHAR(64) NOT NULL,
  amount BIGINT NOT NULL,
  currency VARCHAR(3) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  reference VARCHAR(128) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  CONSTRAINT journal_event CHECK (event IN ('posted', 'pending', 'post', 'void')),
  CONSTRAINT journal_amount CHECK (amount > 0),
  CONSTRAINT journal_sides CHECK (debit <> credit),
  CONSTRAINT journal_once UNIQUE (transfer_id, event),
  CONSTRAINT journal_debit FOREIGN KEY (debit, currency) REFERENCES account (name, currency),
  CONSTRAINT journal_credit FOREIGN KEY (credit, currency) REFERENCES account (name, currency)
);

CREATE INDEX IF NOT EXISTS journal_by_debit ON journal (debit, entry_no);
CREATE INDEX IF NOT EXISTS journal_by_credit ON journal (credit, entry_no);

CREATE TABLE IF NOT EXISTS transfer (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  entry_no BIGINT NOT NULL,
  two_phase INTEGER NOT NULL,
  state VARCHAR(8) NOT NULL,
  CONSTRAINT transfer_entry UNIQUE (entry_no),
  CONSTRAINT transfer_journal FOREIGN KEY (entry_no) REFERENCES journal (entry_no),
  CONSTRAINT transfer_two_phase CHECK (two_phase IN (0, 1)),
  CONSTRAINT transfer_state CHECK (state = 'posted' OR (two_phase = 1 AND state IN ('pending', 'voided')))
);

CREATE TABLE IF NOT EXISTS chain_head (
  id INTEGER NOT NULL PRIMARY KEY,
  entry_no BIGINT NOT NULL,
  hash VARCHAR(64) NOT NULL,
  CONSTRAINT chain_head_one CHECK (id = 1)
);

INSERT INTO chain_head (id, entry_no, hash)
  SELECT 1, 0, '0000000000000000000000000000000000000000000000000000000000000000'
  WHERE NOT EXISTS (SELECT 1 FROM chain_head);
