// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LocalDiskTest {

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    /** What no file system knows, as some do not know the way past the platform's memory. */
    private enum Unknown implements OpenOption {
        OPTION
    }

    private static void takesBlocks(Path file, FileChannel channel) throws Exception {
        try (channel) {
            ByteBuffer block = Medium.blocks(Disk.BLOCK);
            while (block.hasRemaining()) {
                block.put((byte) 7);
            }
            assertEquals(Disk.BLOCK, channel.write(block.flip(), Disk.BLOCK));
            channel.force(false);
        }
        byte[] found = Files.readAllBytes(file);
        byte[] wanted = new byte[Disk.BLOCK];
        Arrays.fill(wanted, (byte) 7);
        assertArrayEquals(wanted, Arrays.copyOfRange(found, Disk.BLOCK, 2 * Disk.BLOCK));
    }

    @Test
    public void withoutAWayPastThePlatformsMemoryBlocksGoThroughIt() throws Exception {
        Path file = temp.newFile().toPath();
        takesBlocks(file, LocalDisk.openBlocks(file, Unknown.OPTION, 4096));
    }

    /** The platform refuses the way past its memory for writes that are no whole blocks of the file system. */
    @Test
    public void onLargerBlocksThanOursTheyGoThroughIt() throws Exception {
        Path file = temp.newFile().toPath();
        try (FileChannel channel = LocalDisk.openBlocks(file, LocalDisk.direct().orElseThrow(), 65_536)) {
            assertEquals("what the direct way refuses", 3, channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1));
        }
    }

    @Test
    public void theRealOneTakesBlocksEitherWay() throws Exception {
        assertTrue("this platform knows the option", LocalDisk.direct().isPresent());
        Path file = temp.newFile().toPath();
        takesBlocks(file, new LocalDisk().openBlocks(file));
        Path memory = Path.of("/dev/shm");
        if (Files.isWritable(memory)) {
            Path own = Files.createTempFile(memory, "porto", ".blocks");
            try {
                takesBlocks(own, new LocalDisk().openBlocks(own));
            } finally {
                Files.delete(own);
            }
        }
    }

    @Test
    public void filesAndFoldersAreTheirOwnersAlone() throws Exception {
        Path folder = temp.getRoot().toPath().resolve("own/vault");
        LocalDisk disk = new LocalDisk();
        disk.createFolder(folder);
        disk.open(folder.resolve("file")).close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("file"))));
    }
}
