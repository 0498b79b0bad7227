// SPDX-License-Identifier: Apache-2.0
package org.porto.audit.api;

import java.time.Instant;

/**
 * One act on record.
 *
 * @param principal who: the console user, or {@code system}
 * @param act what, as scope:verb
 * @param subject on what: a device, a card, a file; no secrets
 * @param outcome {@code done}, {@code uncertain}, or the failure code
 */
public record AuditEntry(long sequence, Instant time, String principal, String act, String subject, String outcome) {}
