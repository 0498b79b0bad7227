// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyKind;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

public class KeyRingTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T01:02:03Z"));
    private static final byte[] MESSAGE = {1, 2, 3};
    private final BcCryptoService crypto = new BcCryptoService();
    private Path directory;

    @Before
    public void directory() {
        directory = folder.getRoot().toPath().resolve("keys");
    }

    private SoftKeyService open() throws RefusedException {
        return new SoftKeyService(directory, crypto, CLOCK);
    }

    private static void assertRefused(String code, ThrowingRunnable act) {
        RefusedException refused = assertThrows(RefusedException.class, act);
        assertEquals(refused.getMessage(), code, refused.code());
    }

    @Test
    public void keysLastOverRestarts() throws Exception {
        SoftKeyService keys = open();
        byte[] publicKey = keys.signingKey("device").publicKey();
        byte[] mac = keys.symmetricKey("register-mac").mac(MESSAGE);
        keys.storeCertificate("device", new byte[] {9});
        keys.storeTrusted("issuer", new byte[] {8});
        assertArrayEquals("same key again", publicKey, keys.signingKey("device").publicKey());
        List<KeyInfo> listed = keys.list();
        keys.close();

        SoftKeyService again = open();
        assertArrayEquals(publicKey, again.signingKey("device").publicKey());
        assertTrue(crypto.verify(publicKey, again.signingKey("device").sign(MESSAGE), MESSAGE));
        assertArrayEquals(mac, again.symmetricKey("register-mac").mac(MESSAGE));
        assertArrayEquals(new byte[] {9}, again.certificate("device").orElseThrow());
        assertArrayEquals(new byte[] {8}, again.trusted("issuer").orElseThrow());
        assertEquals(listed, again.list());
        assertEquals(
                HexFormat.of().formatHex(crypto.sha256(publicKey)).substring(0, 6), again.current("device").orElseThrow().checkValue());
        assertEquals(CLOCK.instant(), again.current("device").orElseThrow().created());
        again.close();
    }

    @Test
    public void rollOverKeepsOldVersions() throws Exception {
        SoftKeyService keys = open();
        byte[] first = keys.signingKey("device").publicKey();
        byte[] firstMac = keys.symmetricKey("mac").mac(MESSAGE);
        keys.storeCertificate("device", new byte[] {1});
        assertEquals(2, keys.rollOver("device").version());
        assertEquals(2, keys.rollOver("mac").version());
        assertTrue("a new version has no certificate yet", keys.certificate("device").isEmpty());
        for (int round = 0; round < 2; round++) {
            assertArrayEquals(first, keys.signingKey("device", 1).publicKey());
            assertFalse(Arrays.equals(first, keys.signingKey("device").publicKey()));
            assertArrayEquals(keys.signingKey("device").publicKey(), keys.signingKey("device", 2).publicKey());
            assertArrayEquals(firstMac, keys.symmetricKey("mac", 1).mac(MESSAGE));
            assertFalse(Arrays.equals(firstMac, keys.symmetricKey("mac").mac(MESSAGE)));
            assertEquals(List.of(false, true, false, true), keys.list().stream().map(KeyInfo::current).toList());
            assertRefused("KEY-002", new Missing(keys));
            keys.close();
            keys = open();
        }
        keys.close();
    }

    private record Missing(KeyService keys) implements ThrowingRunnable {
        @Override
        public void run() throws Throwable {
            keys.signingKey("device", 3);
        }
    }

    @Test
    public void kindsAndNamesAreChecked() throws Exception {
        SoftKeyService keys = open();
        keys.signingKey("device");
        keys.symmetricKey("mac");
        assertRefused("KEY-003", () -> keys.symmetricKey("device"));
        assertRefused("KEY-003", () -> keys.signingKey("mac"));
        assertRefused("KEY-003", () -> keys.storeCertificate("mac", new byte[1]));
        assertRefused("KEY-002", () -> keys.rollOver("none"));
        assertRefused("KEY-002", () -> keys.storeCertificate("none", new byte[1]));
        assertRefused("KEY-002", () -> keys.symmetricKey("none", 1));
        assertTrue(keys.current("none").isEmpty());
        for (String bad : new String[] {"", "A", "a_b", "x".repeat(33)}) {
            assertThrows(IllegalArgumentException.class, () -> keys.signingKey(bad));
        }
        assertThrows(IllegalArgumentException.class, () -> keys.storeTrusted("big", new byte[20_000]));
        assertEquals(KeyKind.SYMMETRIC, keys.current("mac").orElseThrow().kind());
        keys.close();
    }

    @Test
    public void handlesAreSharedAndClosed() throws Exception {
        SoftKeyService keys = open();
        SigningKey signing = keys.signingKey("device");
        SymmetricKey symmetric = keys.symmetricKey("mac");
        assertFalse("a handle that can be exported got out", signing instanceof ExportableSigningKey);
        signing.close();
        symmetric.close();
        assertEquals("a caller closed everybody's key", 64, keys.signingKey("device").sign(MESSAGE).length);
        assertEquals(16, keys.symmetricKey("mac").mac(MESSAGE).length);
        keys.close();
        assertThrows(IllegalStateException.class, () -> signing.sign(MESSAGE));
        assertThrows(IllegalStateException.class, () -> symmetric.mac(MESSAGE));
        assertThrows(IllegalStateException.class, () -> keys.signingKey("device"));
    }

    @Test
    public void wrappedSecretsAreBoundToTheirContext() throws Exception {
        SoftKeyService keys = open();
        byte[] wrapped = keys.wrap("pairing 1", SecretBytes.copyOf(new byte[] {4, 5, 6}));
        keys.close();
        SoftKeyService again = open();
        assertArrayEquals(
                new byte[] {4, 5, 6}, again.unwrap("pairing 1", wrapped).expose(SecretAccess.insecureSecretAccess()));
        assertRefused("CRY-002", () -> again.unwrap("pairing 2", wrapped));
        assertRefused("CRY-002", () -> again.unwrap("", wrapped));
        for (int bit = 0; bit < wrapped.length * 8; bit++) {
            byte[] altered = wrapped.clone();
            altered[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertRefused("CRY-002", () -> again.unwrap("pairing 1", altered));
        }
        for (int length = 0; length < wrapped.length; length++) {
            byte[] cut = Arrays.copyOf(wrapped, length);
            assertRefused("CRY-002", () -> again.unwrap("pairing 1", cut));
        }
        again.close();
        directory = folder.newFolder().toPath();
        SoftKeyService other = open();
        assertRefused("CRY-002", () -> other.unwrap("pairing 1", wrapped));
        other.close();
    }

    @Test
    public void filesAreTheOwners() throws Exception {
        SoftKeyService keys = open();
        byte[] pub = keys.signingKey("device").publicKey();
        keys.close();
        for (String name : new String[] {"master.key", "keys.porto"}) {
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))));
        }
        String store = HexFormat.of().formatHex(Files.readAllBytes(directory.resolve("keys.porto")));
        assertFalse("not sealed", store.contains(HexFormat.of().formatHex(pub)));
    }

    @Test
    public void alteredFilesAreRefusedAndLeftAlone() throws Exception {
        SoftKeyService keys = open();
        keys.signingKey("device");
        keys.close();
        for (String name : new String[] {"master.key", "keys.porto"}) {
            Path file = directory.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int bit = 0; bit < whole.length * 8; bit += name.equals("master.key") ? 1 : 3) {
                byte[] altered = whole.clone();
                altered[bit >> 3] ^= (byte) (1 << (bit & 7));
                Files.write(file, altered);
                assertRefused("KEY-001", this::open);
                assertArrayEquals(altered, Files.readAllBytes(file));
            }
            for (int length = 0; length < whole.length; length++) {
                Files.write(file, Arrays.copyOf(whole, length));
                assertRefused("KEY-001", this::open);
            }
            Files.delete(file);
            assertRefused("KEY-001", this::open);
            assertFalse("made anew", Files.exists(file));
            Files.write(file, whole);
        }
        open().close();
    }

    @Test
    public void oneOpenerAtATime() throws Exception {
        SoftKeyService keys = open();
        assertRefused("KEY-001", this::open);
        keys.close();
        open().close();
    }

    @Test
    public void zeroisedIsForGood() throws Exception {
        SoftKeyService keys = open();
        SigningKey device = keys.signingKey("device");
        keys.storeTrusted("issuer", new byte[] {1});
        keys.zeroise();
        assertThrows(IllegalStateException.class, () -> device.sign(MESSAGE));
        keys.zeroise();
        keys.close();
        assertFalse(Files.exists(directory.resolve("master.key")));
        SoftKeyService again = open();
        assertRefused("KEY-005", () -> again.signingKey("device"));
        assertRefused("KEY-005", () -> again.symmetricKey("new"));
        assertRefused("KEY-005", () -> again.storeTrusted("issuer", new byte[1]));
        assertRefused("KEY-005", () -> again.unwrap("x", new byte[40]));
        assertThrows(IllegalStateException.class, () -> again.wrap("x", SecretBytes.copyOf(new byte[1])));
        assertTrue(again.list().isEmpty() && again.trusted("issuer").isEmpty() && again.current("device").isEmpty());
        again.close();
    }

    /** Killed at every changing step, clean and torn: the reopened store holds the state before or after, never another. */
    @Test
    public void killedAtEveryStep() throws Exception {
        for (int torn = 0; torn <= 4; torn += 2) {
            boolean ended = false;
            for (int killAt = 1; !ended; killAt++) {
                Path here = folder.newFolder().toPath();
                KillingDisk disk = new KillingDisk();
                disk.killAt = killAt;
                disk.tornQuarters = torn;
                List<String> reached = new ArrayList<>();
                ended = scenario(here, disk, reached);
                String found = survivors(here);
                int at = reached.size() - 1;
                List<String> allowed = reached.subList(Math.max(0, at - 1), at + 1);
                assertTrue("kill at " + killAt + " torn " + torn + ": " + found + " not in " + allowed, allowed.contains(found));
                assertTrue("never ends", killAt < 200);
            }
        }
    }

    /** @param reached states in order; the last one may or may not be on disk yet @return whether all went through */
    private boolean scenario(Path here, Disk disk, List<String> reached) {
        reached.add("");
        reached.add("");
        try (KeyRing keys = new KeyRing(new Vessel(here, disk, crypto), crypto, CLOCK)) {
            reached.add("device1+");
            keys.signingKey("device");
            reached.add("device1+ cert");
            keys.storeCertificate("device", new byte[] {1});
            reached.add("device1 device2+");
            keys.rollOver("device");
            reached.add("device1 device2+ mac1+");
            keys.symmetricKey("mac");
            reached.add("device1 device2+ mac1+ issuer");
            keys.storeTrusted("issuer", new byte[] {2});
            reached.add("zeroised");
            keys.zeroise();
            reached.add("zeroised");
            return true;
        } catch (RefusedException e) {
            assertTrue(e.code(), List.of("KEY-006", "KEY-001").contains(e.code()));
            return false;
        }
    }

    private String survivors(Path here) throws RefusedException, IOException {
        try (KeyRing keys = new KeyRing(new Vessel(here, new RealDisk(), crypto), crypto, CLOCK)) {
            List<String> words = new ArrayList<>();
            keys.list().forEach(key -> words.add(key.name() + key.version() + (key.current() ? "+" : "")));
            keys.certificate("device").ifPresent(certificate -> words.add("cert"));
            keys.trusted("issuer").ifPresent(certificate -> words.add("issuer"));
            assertFalse("left-over", Files.exists(here.resolve("keys.porto.new")));
            if (words.isEmpty() && !Files.exists(here.resolve("master.key"))) {
                return "zeroised";
            }
            keys.signingKey("works").sign(MESSAGE);
            return String.join(" ", words);
        }
    }

    /** A write that fails leaves the service with what is on disk, and usable. */
    @Test
    public void failedWriteChangesNothing() throws Exception {
        Files.createDirectories(directory);
        KillingDisk disk = new KillingDisk();
        try (KeyRing keys = new KeyRing(new Vessel(directory, disk, crypto), crypto, CLOCK)) {
            byte[] publicKey = keys.signingKey("device").publicKey();
            disk.killAt = disk.steps + 1;
            assertRefused("KEY-006", () -> keys.rollOver("device"));
            assertRefused("KEY-006", () -> keys.symmetricKey("mac"));
            assertRefused("KEY-006", () -> keys.storeCertificate("device", new byte[1]));
            assertArrayEquals(publicKey, keys.signingKey("device").publicKey());
            assertEquals(1, keys.list().size());
            disk.killAt = 0;
            assertEquals(2, keys.rollOver("device").version());
        }
    }

    @Test
    public void manyThreadsGetOneKey() throws Exception {
        SoftKeyService keys = open();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<byte[]>> found = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            found.add(threads.submit(() -> keys.signingKey("device").publicKey()));
        }
        for (Future<byte[]> each : found) {
            assertArrayEquals(keys.signingKey("device").publicKey(), each.get(30, TimeUnit.SECONDS));
        }
        List<Future<Integer>> rolled = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rolled.add(threads.submit(() -> keys.rollOver("device").version()));
        }
        List<Integer> versions = new ArrayList<>();
        for (Future<Integer> each : rolled) {
            versions.add(each.get(30, TimeUnit.SECONDS));
        }
        threads.shutdown();
        assertEquals(List.of(2, 3, 4, 5, 6, 7, 8, 9, 10, 11), versions.stream().sorted().toList());
        keys.close();
    }
}
