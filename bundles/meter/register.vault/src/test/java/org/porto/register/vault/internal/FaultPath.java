// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FilePath;

/** H2's way to the files of a {@link FaultDisk}: {@code fault:number:/path}. */
public final class FaultPath extends FilePath {

    private static final String SCHEME = "fault";
    private static final Map<String, WeakReference<FaultDisk>> DISKS = new ConcurrentHashMap<>();
    private static final AtomicLong COUNT = new AtomicLong();

    /** @return the start of every name on that disk */
    static synchronized String register(FaultDisk disk) {
        if (COUNT.get() == 0) {
            FilePath.register(new FaultPath());
        }
        long number = COUNT.incrementAndGet();
        if (number % 1000 == 0) {
            DISKS.values().removeIf(reference -> reference.get() == null);
        }
        String start = SCHEME + ":" + number + ":";
        DISKS.put(start, new WeakReference<>(disk));
        return start;
    }

    private String start() {
        return name.substring(0, name.indexOf(':', SCHEME.length() + 1) + 1);
    }

    private String path() {
        return name.substring(start().length());
    }

    private FaultDisk disk() {
        return DISKS.get(start()).get();
    }

    @Override
    public FilePath getPath(String full) {
        FaultPath path = new FaultPath();
        path.name = full;
        return path;
    }

    @Override
    public FaultPath getParent() {
        return (FaultPath) getPath(start() + FaultDisk.parent(path()));
    }

    @Override
    public long size() {
        try {
            return disk().size(path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return disk().open(path(), !mode.equals("r"));
    }

    @Override
    public void moveTo(FilePath to, boolean atomicReplace) {
        try {
            disk().move(Path.of(path()), Path.of(((FaultPath) to).path()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete() {
        try {
            disk().delete(Path.of(path()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean exists() {
        return disk().exists(path());
    }

    @Override
    public boolean canWrite() {
        return !disk().readOnly;
    }

    @Override
    public boolean isDirectory() {
        return disk().isFolder(path());
    }

    @Override
    public boolean isRegularFile() {
        return exists() && !isDirectory();
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }

    @Override
    public FilePath toRealPath() {
        return this;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public boolean createFile() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<FilePath> newDirectoryStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long lastModified() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setReadOnly() {
        throw new UnsupportedOperationException();
    }
}
