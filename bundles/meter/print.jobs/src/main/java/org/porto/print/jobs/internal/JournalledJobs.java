// SPDX-License-Identifier: Apache-2.0
package org.porto.print.jobs.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.model.api.RefusedException;
import org.porto.print.spi.JobMemory;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrinterException;

/** A journal of what printers were given. The newest jobs are kept in memory too; older ones are looked up in the journal. */
@Component(name = "org.porto.print.jobs", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = JobMemoryConfig.class)
public final class JournalledJobs implements JobMemory {

    static final int RECENT_MAX = 20_000;
    private static final int BEGUN = 1;
    private static final int PRINTED = 2;
    private static final int NOT_PRINTED = 3;
    private static final Job NEW = new Job(Known.NEW, List.of());

    private final Journals journals;
    private final Path file;
    private final int recentMax;
    private final Map<String, Job> recent;
    private Journal journal;
    /** Whether the journal holds jobs that are not in memory. */
    private boolean older;
    private boolean failed;

    @Activate
    public JournalledJobs(JobMemoryConfig config, @Reference Journals journals) throws IOException, RefusedException {
        this(Path.of(config.directory()), journals);
    }

    public JournalledJobs(Path directory, Journals journals) throws IOException, RefusedException {
        this(directory, journals, RECENT_MAX);
    }

    JournalledJobs(Path directory, Journals journals, int recentMax) throws IOException, RefusedException {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("directory must be absolute, not " + directory);
        }
        this.journals = journals;
        this.file = Files.createDirectories(directory).resolve("print-jobs.journal");
        this.recentMax = recentMax;
        this.recent = new LinkedHashMap<>();
        open();
    }

    private void open() throws RefusedException {
        recent.clear();
        older = false;
        journal = journals.open(file);
        journal.replay(1, this::take);
        failed = false;
    }

    private void take(JournalRecord record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.payload()))) {
            String key = in.readUTF();
            remember(key, job(record.type(), in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Job job(int type, DataInputStream in) throws IOException {
        if (type == NOT_PRINTED) {
            return NEW;
        }
        if (type == BEGUN) {
            return new Job(Known.BEGUN, List.of());
        }
        List<String> outputs = new ArrayList<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            outputs.add(in.readUTF());
        }
        return new Job(Known.PRINTED, outputs);
    }

    private void remember(String key, Job job) {
        recent.remove(key);
        recent.put(key, job);
        if (recent.size() > recentMax) {
            recent.remove(recent.keySet().iterator().next());
            older = true;
        }
    }

    @Override
    public synchronized Job find(String printer, String jobId) throws PrinterException {
        String key = key(printer, jobId);
        Job known = recent.get(key);
        if (known != null || !older) {
            return known == null ? NEW : known;
        }
        Job[] found = {NEW};
        try {
            journal.replay(1, record -> {
                try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.payload()))) {
                    if (in.readUTF().equals(key)) {
                        found[0] = job(record.type(), in);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (RefusedException e) {
            throw unwritable(e);
        }
        return found[0];
    }

    @Override
    public synchronized void begun(String printer, String jobId) throws PrinterException {
        write(BEGUN, printer, jobId, List.of());
    }

    @Override
    public synchronized void printed(String printer, String jobId, List<String> outputs) throws PrinterException {
        write(PRINTED, printer, jobId, outputs);
    }

    @Override
    public synchronized void notPrinted(String printer, String jobId) throws PrinterException {
        write(NOT_PRINTED, printer, jobId, List.of());
    }

    private void write(int type, String printer, String jobId, List<String> outputs) throws PrinterException {
        String key = key(printer, jobId);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(key);
            out.writeShort(outputs.size());
            for (String output : outputs) {
                out.writeUTF(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            if (failed) {
                journal.close();
                open();
            }
            journal.append(type, bytes.toByteArray());
        } catch (RefusedException e) {
            failed = true;
            throw unwritable(e);
        }
        remember(key, type == PRINTED ? new Job(Known.PRINTED, outputs)
                : type == BEGUN ? new Job(Known.BEGUN, List.of()) : NEW);
    }

    private static String key(String printer, String jobId) {
        return printer + " " + jobId;
    }

    /** Before the job that is a failure like any other; behind it the driver has to say what it knows. */
    private static PrinterException unwritable(RefusedException e) {
        return new PrinterException("memory of print jobs: " + e.getMessage(), PrintException.Printed.NO, e);
    }

    @Deactivate
    synchronized void close() {
        journal.close();
    }
}
