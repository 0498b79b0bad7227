// SPDX-License-Identifier: Apache-2.0
package org.porto.station;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.driver.api.DriverKind;
import org.porto.driver.api.Fit;
import org.porto.driver.api.HardwareCatalogue;
import org.porto.model.api.DeviceId;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.print.core.internal.PrinterRegistry;
import org.porto.print.core.internal.SealedPrinting;
import org.porto.print.driver.station.internal.StationPrinter;
import org.porto.print.render.internal.Renderer;
import org.porto.print.spi.NonceChannel;
import org.porto.print.spi.PrintPage;

/** The product's registry and driver on one side, the station program on the other, a real connection between (rule F3). */
public class PrintStationTest {

    private static final DeviceId METER = new DeviceId("PM000001");
    private static final TransactionId ID = new TransactionId("00".repeat(16));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final SigningKey key = new BcCryptoService().generateSigningKey();
    private final List<PrintStation> stations = new ArrayList<>();
    private Path trust;
    private Renderer renderer;
    private PrinterRegistry registry;

    @Before
    public void start() throws Exception {
        trust = folder.newFolder("trust").toPath();
        Files.write(trust.resolve(METER.value() + ".pub"), key.publicKey());
        renderer = new Renderer();
        registry = new PrinterRegistry(METER, "bench", "psd", anyDriver(), () -> key, Duration.ofSeconds(20));
        registry.drawWith(renderer);
    }

    @After
    public void stop() throws Exception {
        registry.close();
        for (PrintStation station : stations) {
            station.close();
        }
    }

    private PrintStation station(String name, boolean pdf) throws IOException {
        PrintStation station = new PrintStation(InetAddress.getLoopbackAddress(), 0, sheets(name), trust, pdf, 203);
        stations.add(station);
        return station;
    }

    private Path sheets(String name) {
        return folder.getRoot().toPath().resolve("sheets-" + name);
    }

    private long printed(String name) throws IOException {
        try (Stream<Path> files = Files.list(sheets(name))) {
            return files.filter(f -> f.toString().endsWith(".pdf") || f.toString().endsWith(".png")).count();
        }
    }

    private static PrintPage page(String job) {
        return new PrintPage(job, "page", 80_000, 40_000, List.of(new PrintPage.Text(5_000, 20_000, 4_000, true, job)));
    }

    private void add(int rank, String name, int port) {
        registry.add(rank(rank), "station", "1.0", "*", name, new StationPrinter(name, "127.0.0.1", port, 5000));
    }

    @Test
    public void severalStationsPrintForOneMeter() throws Exception {
        for (int i = 0; i < 3; i++) {
            add(i, "p" + i, station("p" + i, i > 0).port());
        }
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String printer = "station/p" + i;
            runs.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 10; n++) {
                    print(printer, "JOB-" + printer.charAt(9) + "-" + n);
                }
            }));
        }
        for (CompletableFuture<Void> run : runs) {
            run.get(1, TimeUnit.MINUTES);
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(10, printed("p" + i));
        }
        assertTrue(Files.exists(sheets("p0").resolve("JOB-0-9.png")));
        assertTrue(new String(Files.readAllBytes(sheets("p1").resolve("JOB-1-0.pdf")), 0, 5).startsWith("%PDF-"));
    }

    private List<String> print(String printer, String job) {
        try {
            return registry.print(printer, ID, page(job));
        } catch (PortoException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void sameJobPrintsOnceAlsoAfterTheStationRestarted() throws Exception {
        PrintStation first = station("a", true);
        add(1, "a", first.port());
        List<String> where = print("", "JOB-1");
        assertEquals(where, print("", "JOB-1"));
        int port = first.port();
        first.close();
        stations.add(new PrintStation(InetAddress.getLoopbackAddress(), port, sheets("a"), trust, true, 203));
        assertEquals(where, print("", "JOB-1"));
        assertEquals(1, printed("a"));
    }

    @Test
    public void paperOutIsTheMediumAndNotPrinted() throws Exception {
        add(1, "a", station("a", true).port());
        Files.writeString(sheets("a").resolve("state"), "media-empty-error\n");
        assertEquals("stopped", registry.choose("").state());
        RefusedException out = assertThrows(RefusedException.class, () -> registry.print("", ID, page("JOB-1")));
        assertEquals("PRT-004", out.code());
        Files.delete(sheets("a").resolve("state"));
        print("", "JOB-1");
        assertEquals(1, printed("a"));
    }

    /** Somebody on the wire, with everything that was ever sent. */
    private static final class Wire implements AutoCloseable {
        final Socket socket;
        final DataInputStream in;
        final DataOutputStream out;
        final byte[] nonce = new byte[16];

        Wire(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(5000);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
            in.readInt();
            in.readInt();
            in.readFully(nonce);
            in.readUnsignedByte();
            in.readUnsignedShort();
        }

        int message(byte[] message) throws IOException {
            out.writeInt(1 + message.length);
            out.writeByte('M');
            out.write(message);
            out.flush();
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return answer[0];
        }

        boolean ended() throws IOException {
            return in.read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private byte[] message(byte[] nonce, int sequence, String job, SigningKey by) throws Exception {
        return new SealedPrinting(METER, () -> by, renderer)
                .message(new NonceChannel.Challenge(nonce, sequence, "application/pdf", 203), page(job));
    }

    @Test
    public void replaysPrintNothing() throws Exception {
        PrintStation one = station("one", true);
        PrintStation two = station("two", true);
        byte[] recorded;
        try (Wire wire = new Wire(one.port())) {
            recorded = message(wire.nonce, 1, "JOB-1", key);
            assertEquals(0, wire.message(recorded));
            assertEquals("the same number again", MessageCheck.SEQUENCE, wire.message(recorded));
            assertTrue(wire.ended());
        }
        try (Wire wire = new Wire(one.port())) {
            assertEquals("another connection", MessageCheck.NONCE, wire.message(recorded));
        }
        try (Wire wire = new Wire(two.port())) {
            assertEquals("another station of the same meter", MessageCheck.NONCE, wire.message(recorded));
        }
        assertEquals(1, printed("one"));
        assertEquals(0, printed("two"));
    }

    @Test
    public void reorderedMessagesPrintNothing() throws Exception {
        PrintStation station = station("a", true);
        try (Wire wire = new Wire(station.port())) {
            byte[] second = message(wire.nonce, 2, "JOB-2", key);
            assertEquals(MessageCheck.SEQUENCE, wire.message(second));
            assertTrue("and the first one is too late", wire.ended());
        }
        try (Wire wire = new Wire(station.port())) {
            assertEquals(0, wire.message(message(wire.nonce, 1, "JOB-3", key)));
            assertEquals("one was left out", MessageCheck.SEQUENCE, wire.message(message(wire.nonce, 3, "JOB-5", key)));
        }
        assertEquals(1, printed("a"));
    }

    @Test
    public void forgeriesPrintNothing() throws Exception {
        PrintStation station = station("a", true);
        try (Wire wire = new Wire(station.port())) {
            byte[] forged = message(wire.nonce, 1, "JOB-1", new BcCryptoService().generateSigningKey());
            assertEquals(MessageCheck.SIGNATURE, wire.message(forged));
        }
        int length;
        try (Wire wire = new Wire(station.port())) {
            length = message(wire.nonce, 1, "JOB-1", key).length;
        }
        // every byte of head and signature, and some of the document; the length of the document apart, which makes another frame
        for (int at = 0; at < length; at += at < 150 ? 1 : 97) {
            try (Wire wire = new Wire(station.port())) {
                byte[] changed = message(wire.nonce, 1, "JOB-1", key);
                changed[at] ^= 1 << at % 8;
                assertNotEquals("byte " + at, 0, wire.message(changed));
            }
        }
        try (Wire wire = new Wire(station.port())) {
            byte[] cut = message(wire.nonce, 1, "JOB-1", key);
            assertEquals(MessageCheck.MALFORMED, wire.message(java.util.Arrays.copyOf(cut, 60)));
        }
        assertEquals(0, printed("a"));
        Files.delete(trust.resolve(METER.value() + ".pub"));
        try (Wire wire = new Wire(station.port())) {
            assertEquals("a meter that is not known", MessageCheck.SIGNATURE, wire.message(message(wire.nonce, 1, "JOB-1", key)));
        }
        assertEquals(0, printed("a"));
    }

    private static HardwareCatalogue anyDriver() {
        return new HardwareCatalogue() {
            @Override
            public Fit fit(DriverKind kind, String driverId, Collection<String> declared, String model) {
                return new Fit(true, 0, "bench");
            }

            @Override
            public List<String> named(DriverKind kind, String model) {
                return List.of();
            }

            @Override
            public List<String> models() {
                return List.of();
            }

            @Override
            public String description(String model) {
                return "";
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static Comparable<Object> rank(int rank) {
        return (Comparable<Object>) (Object) Integer.valueOf(rank);
    }
}
