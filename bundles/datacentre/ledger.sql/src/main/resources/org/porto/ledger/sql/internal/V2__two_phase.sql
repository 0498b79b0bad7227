-- SPDX-License-Identifier: Apache-2.0
-- Reservations with a limit in time, posted in part, ended once. Every statement may be run again (see V1).
ALTER TABLE journal ADD COLUMN IF NOT EXISTS expires_micros BIGINT;
ALTER TABLE journal ADD COLUMN IF NOT EXISTS phase INTEGER;
UPDATE journal SET phase = CASE WHEN event IN ('posted', 'pending') THEN 1 ELSE 2 END WHERE phase IS NULL;
ALTER TABLE journal ALTER COLUMN phase SET NOT NULL;

ALTER TABLE journal DROP CONSTRAINT IF EXISTS journal_event;
ALTER TABLE journal ADD CONSTRAINT journal_event CHECK (event IN ('posted', 'pending', 'post', 'void', 'expire'));
ALTER TABLE journal DROP CONSTRAINT IF EXISTS journal_phase;
ALTER TABLE journal ADD CONSTRAINT journal_phase
  CHECK (phase = CASE WHEN event IN ('posted', 'pending') THEN 1 ELSE 2 END);
ALTER TABLE journal DROP CONSTRAINT IF EXISTS journal_expires;
ALTER TABLE journal ADD CONSTRAINT journal_expires
  CHECK (expires_micros IS NULL OR (event = 'pending' AND expires_micros > booked_micros));
-- One beginning and one end of a transfer, not one of each kind of end.
ALTER TABLE journal DROP CONSTRAINT IF EXISTS journal_once;
ALTER TABLE journal ADD CONSTRAINT journal_once UNIQUE (transfer_id, phase);

ALTER TABLE transfer ADD COLUMN IF NOT EXISTS reserved BIGINT;
ALTER TABLE transfer ADD COLUMN IF NOT EXISTS settled BIGINT;
UPDATE transfer SET reserved = (SELECT j.amount FROM journal j WHERE j.entry_no = transfer.entry_no)
  WHERE two_phase = 1 AND reserved IS NULL;
UPDATE transfer SET settled = reserved WHERE two_phase = 1 AND state = 'posted' AND settled IS NULL;
ALTER TABLE transfer DROP CONSTRAINT IF EXISTS transfer_state;
ALTER TABLE transfer ADD CONSTRAINT transfer_state
  CHECK (state = 'posted' OR (two_phase = 1 AND state IN ('pending', 'voided', 'expired')));
ALTER TABLE transfer DROP CONSTRAINT IF EXISTS transfer_settled;
ALTER TABLE transfer ADD CONSTRAINT transfer_settled CHECK (
  (two_phase = 0 AND reserved IS NULL AND settled IS NULL)
  OR (two_phase = 1 AND reserved IS NOT NULL AND reserved > 0
    AND ((state = 'posted' AND settled IS NOT NULL AND settled > 0 AND settled <= reserved)
      OR (state <> 'posted' AND settled IS NULL))));

-- The reservations that have not ended, few beside all transfers.
CREATE TABLE IF NOT EXISTS reservation (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  entry_no BIGINT NOT NULL,
  expires_micros BIGINT,
  CONSTRAINT reservation_transfer FOREIGN KEY (id) REFERENCES transfer (id),
  CONSTRAINT reservation_entry UNIQUE (entry_no)
);
INSERT INTO reservation (id, entry_no)
  SELECT t.id, t.entry_no FROM transfer t
  WHERE t.state = 'pending' AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.id = t.id);
CREATE INDEX IF NOT EXISTS reservation_by_expiry ON reservation (expires_micros);
