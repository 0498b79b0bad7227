// SPDX-License-Identifier: Apache-2.0
package org.porto.audit.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** Append-only trail. Thread-safe; an entry is durable on return. */
@ProviderType
public interface AuditTrail {

    AuditEntry record(String principal, String act, String subject, String outcome) throws RefusedException;

    /** The newest entries, oldest first. @param max 1 to 10000 */
    List<AuditEntry> last(int max) throws RefusedException;

    /** @return entries verified; @throws RefusedException {@code JRN-001} at the first broken link */
    long verify() throws RefusedException;
}
