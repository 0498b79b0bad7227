// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.Journals;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens journals on the file system. The lock is a file of its own, since compaction gives the journal's name to a new file. */
@Component(name = "org.porto.journal.file", service = Journals.class)
public final class FileJournals implements Journals {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournals.class);

    private final InstantSource clock;
    private final Disk disk;
    /**
     * What this provider has open. Asked before the lock file is touched: closing a second descriptor of a locked file would
     * give the first one's lock away (fcntl).
     */
    private final Map<Path, FileJournal> open = new HashMap<>();

    @Activate
    public FileJournals(@Reference InstantSource clock) {
        this(clock, new RealDisk());
    }

    FileJournals(InstantSource clock, Disk disk) {
        this.clock = clock;
        this.disk = disk;
    }

    /** Whoever forgot to close finds {@code JRN-005} from now on, and the next provider can open. */
    @Deactivate
    synchronized void close() {
        open.values().forEach(FileJournal::close);
        open.clear();
    }

    @Override
    public synchronized Journal open(Path file) throws RefusedException {
        Path path = file.toAbsolutePath().normalize();
        FileJournal present = open.get(path);
        if (present != null && !present.isClosed()) {
            throw new RefusedException(JournalCode.IN_USE, path.toString());
        }
        FileChannel channel = lock(path);
        FileJournal journal = new FileJournal(path, disk, clock, () -> unlock(path, channel));
        open.values().removeIf(FileJournal::isClosed);
        open.put(path, journal);
        return journal;
    }

    private static FileChannel lock(Path path) throws RefusedException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            Files.createDirectories(path.getParent());
            channel = FileChannel.open(
                    path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            locked = lock != null;
            if (!locked) {
                throw new RefusedException(JournalCode.IN_USE, path.toString());
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            throw new RefusedException(JournalCode.IN_USE, path.toString(), e);
        } catch (IOException e) {
            throw new RefusedException(JournalCode.WRITE_FAILED, path + ": " + e.getMessage(), e);
        } finally {
            if (!locked && channel != null) {
                unlock(path, channel);
            }
        }
    }

    private static void unlock(Path path, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{}: {}", path, e.getMessage());
        }
    }
}
