// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PortRegisterTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Path one = Path.of("/site/one");
    private final Path two = Path.of("/site/two");

    private static int free() throws Exception {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** Nobody listens yet: only the register tells the second site. */
    @Test
    public void twoSitesSetUpAtOnceTakeOtherPorts() throws Exception {
        Path file = folder.getRoot().toPath().resolve("ports");
        int wanted = free();
        assertEquals(wanted, new PortRegister(file).take(wanted, Set.of(), one));
        assertNotEquals(wanted, new PortRegister(file).take(wanted, Set.of(), two));
        assertEquals("a site keeps its own", wanted, new PortRegister(file).take(wanted, Set.of(), one));
        assertNotEquals("not for two things", wanted, new PortRegister(file).take(wanted, Set.of(wanted), one));
    }

    @Test
    public void whatIsListenedOnIsNotTakenAndWhatIsLongAgoIsFree() throws Exception {
        Path file = folder.getRoot().toPath().resolve("ports");
        int wanted = free();
        try (ServerSocket listens = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            assertNotEquals(listens.getLocalPort(), new PortRegister(file).take(wanted, Set.of(), one));
        }
        Files.writeString(file, wanted + " 1000 /site/two\nnonsense\n99999999999 x y\n");
        assertEquals(wanted, new PortRegister(file).take(wanted, Set.of(), one));
    }
}
