// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real one. */
final class LocalDisk implements Disk {

    private static final Logger LOG = LoggerFactory.getLogger(LocalDisk.class);

    /** Its owner's alone: nobody else of this machine has any business in it. */
    @Override
    public FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                owners(file, "rw-------"));
    }

    private static FileAttribute<?>[] owners(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }

    @Override
    public FileChannel openBlocks(Path file) throws IOException {
        Optional<OpenOption> direct = direct();
        return direct.isPresent()
                ? openBlocks(file, direct.get(), Files.getFileStore(file).getBlockSize())
                : FileChannel.open(file, StandardOpenOption.WRITE);
    }

    /** Not every file system can (some in memory cannot), and some have larger blocks: then it is one like any other. */
    static FileChannel openBlocks(Path file, OpenOption direct, long blockBytes) throws IOException {
        if (BLOCK % blockBytes == 0) {
            try {
                return FileChannel.open(file, StandardOpenOption.WRITE, direct);
            } catch (UnsupportedOperationException | FileSystemException e) {
                LOG.debug("{} is written by way of the platform's memory: {}", file, e.toString());
            }
        }
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    /** The platform's own extension, found by name: a framework need not hand its package on to this bundle. */
    static Optional<OpenOption> direct() {
        try {
            Class<?> options = Class.forName(
                    "com.sun.nio.file.ExtendedOpenOption", true, ClassLoader.getPlatformClassLoader());
            return Stream.of(options.getEnumConstants())
                    .filter(option -> option.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findFirst();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        Files.createDirectories(folder, owners(folder, "rwx------"));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableSpace(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }
}
