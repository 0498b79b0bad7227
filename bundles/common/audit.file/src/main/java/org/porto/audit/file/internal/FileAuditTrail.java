// SPDX-License-Identifier: Apache-2.0
package org.porto.audit.file.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.audit.api.AuditEntry;
import org.porto.audit.api.AuditTrail;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.model.api.RefusedException;

/** The trail as one journal; nothing is ever taken out of it. */
@Component(
        name = "org.porto.audit.file",
        service = AuditTrail.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AuditConfig.class)
public final class FileAuditTrail implements AuditTrail {

    private static final int TYPE = 1;
    private static final int LAST_MAX = 10_000;

    private final Journal journal;

    @Activate
    public FileAuditTrail(AuditConfig config, @Reference Journals journals) throws RefusedException {
        this(config.directory(), journals);
    }

    FileAuditTrail(String directory, Journals journals) throws RefusedException {
        if (directory == null || !Path.of(directory).isAbsolute()) {
            throw new RefusedException(JournalCode.WRITE_FAILED, "directory must be an absolute path");
        }
        this.journal = journals.open(Path.of(directory).resolve("audit.journal"));
    }

    @Deactivate
    void close() {
        journal.close();
    }

    @Override
    public AuditEntry record(String principal, String act, String subject, String outcome) throws RefusedException {
        return decoded(journal.append(TYPE, Words.encoded(principal, act, subject, outcome)));
    }

    @Override
    public List<AuditEntry> last(int max) throws RefusedException {
        if (max < 1 || max > LAST_MAX) {
            throw new IllegalArgumentException("1 to " + LAST_MAX + " entries, not " + max);
        }
        List<JournalRecord> records = new ArrayList<>();
        // Entries that arrive between the two calls come on top: the newest count.
        journal.replay(Math.max(1, journal.lastSequence() - max + 1), records::add);
        List<AuditEntry> entries = new ArrayList<>();
        for (JournalRecord record : records.subList(Math.max(0, records.size() - max), records.size())) {
            entries.add(decoded(record));
        }
        return entries;
    }

    private static AuditEntry decoded(JournalRecord record) throws RefusedException {
        try {
            return Words.decoded(record);
        } catch (IOException e) {
            throw new RefusedException(JournalCode.BROKEN, "audit entry " + record.sequence(), e);
        }
    }

    @Override
    public long verify() throws RefusedException {
        return journal.verify();
    }
}
