// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.Test;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.TransitItem;

/**
 * Every byte of what the vault writes is under a CRC, and under a MAC (rule V3): the CRC finds damage also where the keys are gone, the
 * MAC finds a change whose CRC was made to fit. And what is sealed as it should be, but contradicts itself, is not taken either.
 */
public class FormatsTest {

    private static final int MAC = RecordCodec.MAC_BYTES;
    private static final int CRC = 4;

    private final TestKeys keys = new TestKeys();
    private final Seal seal = new Seal(keys);
    private final RecordCodec codec = new RecordCodec(seal);

    private interface Decode {
        void of(byte[] bytes) throws Exception;
    }

    private static void broken(String what, Decode decode, byte[] bytes) {
        assertThrows(what, BrokenRecordException.class, () -> decode.of(bytes));
    }

    private static byte[] changed(byte[] good, Consumer<ByteBuffer> change) {
        byte[] bytes = good.clone();
        change.accept(ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static byte[] crc(byte[] bytes, int at) {
        ByteBuffer.wrap(bytes).putInt(at, RecordCodec.crc(bytes, 0, at));
        return bytes;
    }

    /** @param crcAt where the CRC stands, over all in front  @param macAt where the MAC stands, over all in front */
    private byte[] sealed(byte[] bytes, int macAt, int crcAt) throws Exception {
        System.arraycopy(seal.mac(1, Arrays.copyOf(bytes, macAt)), 0, bytes, macAt, MAC);
        return crc(bytes, crcAt);
    }

    /** Without keys by the CRC; with them also where the CRC was made to fit. */
    private void everyByte(String what, byte[] good, int from, int macAt, int crcAt, Decode decode) throws Exception {
        decode.of(good);
        keys.zeroise();
        decode.of(good);
        for (int at = from; at < crcAt + CRC; at++) {
            int i = at;
            broken(what + ", byte " + at + ", no keys", decode, changed(good, bytes -> bytes.put(i, (byte) (bytes.get(i) ^ 4))));
        }
        keys.restore();
        for (int at = from; at < macAt + MAC; at++) {
            int i = at;
            broken(what + ", byte " + at, decode, crc(changed(good, bytes -> bytes.put(i, (byte) (bytes.get(i) ^ 4))), crcAt));
        }
        decode.of(good);
    }

    private StoredRecord first() throws Exception {
        Change change = RegisterState.apply(
                RegisterState.initial(Bench.EUR), Bench.running().get(0), x -> Optional.empty(), Bench.START);
        return codec.encode(Bench.id(1), "authorise", change, Bench.START, RecordCodec.genesis(Bench.SERIAL));
    }

    // --- record

    @Test
    public void record() throws Exception {
        byte[] good = first().bytes();
        int macAt = good.length - 8 - MAC;
        int crcAt = good.length - CRC;
        everyByte("record", good, 0, macAt, crcAt, codec::decode);
        for (int length : new int[] {0, 1, RecordCodec.BYTES_MIN - 1, good.length - 1}) {
            broken("length " + length, codec::decode, Arrays.copyOf(good, length));
        }
        broken("longer", codec::decode, Arrays.copyOf(good, good.length + 1));
        broken("magic", codec::decode, sealed(changed(good, b -> b.putShort(0, (short) 0x5057)), macAt, crcAt));
        broken("version", codec::decode, sealed(changed(good, b -> b.put(2, (byte) 2)), macAt, crcAt));
        for (int kind : new int[] {0, 14, 255}) {
            broken("kind " + kind, codec::decode, sealed(changed(good, b -> b.put(3, (byte) kind)), macAt, crcAt));
        }
        broken("length at the end", codec::decode, sealed(changed(good, b -> b.putInt(b.capacity() - 8, 1)), macAt, crcAt));
        broken("sequence 0", codec::decode, sealed(changed(good, b -> b.putLong(8, 0)), macAt, crcAt));
        broken("sequence below 0", codec::decode, sealed(changed(good, b -> b.putLong(8, -1)), macAt, crcAt));
        broken("time", codec::decode, sealed(changed(good, b -> b.putLong(16, Long.MAX_VALUE)), macAt, crcAt));
        broken("currency", codec::decode, sealed(changed(good, b -> b.put(76, (byte) '?')), macAt, crcAt));
        for (int state : new int[] {0, 6, 255}) {
            broken("state " + state, codec::decode, sealed(changed(good, b -> b.put(79, (byte) state)), macAt, crcAt));
        }
        for (int register = 0; register < 11; register++) {
            int at = 80 + 8 * register;
            broken("register " + register + " below 0", codec::decode, sealed(changed(good, b -> b.putLong(at, -1)), macAt, crcAt));
        }
        broken("V2", codec::decode, sealed(changed(good, b -> b.putLong(88, 1)), macAt, crcAt));
        broken("reference", codec::decode, sealed(changed(good, b -> b.put(240, (byte) 255)), macAt, crcAt));
        broken("reason", codec::decode, sealed(changed(good, b -> b.put(241, (byte) 1)), macAt, crcAt));
        broken("key version", codec::decode, crc(changed(good, b -> b.putInt(204, 2)), crcAt));
    }

    /** What the start makes of a record that is the same in both stores, before its MAC. */
    @Test
    public void framedIsToTheLastByte() throws Exception {
        byte[] good = first().bytes();
        Sums sums = new Sums();
        assertEquals(true, RecordCodec.framed(good, sums));
        for (int at = 0; at < good.length; at++) {
            int i = at;
            assertEquals("byte " + at, false, RecordCodec.framed(changed(good, b -> b.put(i, (byte) (b.get(i) ^ 4))), sums));
        }
        int crcAt = good.length - CRC;
        assertEquals("version", false, RecordCodec.framed(crc(changed(good, b -> b.put(2, (byte) 2)), crcAt), sums));
        assertEquals("length", false, RecordCodec.framed(crc(changed(good, b -> b.putInt(4, b.capacity() + 1)), crcAt), sums));
        assertEquals("length at the end", false, RecordCodec.framed(crc(changed(good, b -> b.putInt(crcAt - 4, 1)), crcAt), sums));
        assertEquals("magic", false, RecordCodec.framed(crc(changed(good, b -> b.put(0, (byte) 1)), crcAt), sums));
        assertEquals("short", false, RecordCodec.framed(Arrays.copyOf(good, 100), sums));
    }

    // --- checkpoint

    private SegmentHeader header() throws Exception {
        TransitItem item = new TransitItem(Bench.id(7), 500, 5, "card", Bench.START);
        return SegmentHeader.of(2, 64 * 1024, Optional.of(first()), List.of(item), seal);
    }

    private static int content(byte[] header) {
        return ByteBuffer.wrap(header).getInt(4);
    }

    @Test
    public void checkpoint() throws Exception {
        byte[] good = header().bytes();
        int crcAt = content(good) - CRC;
        int macAt = crcAt - MAC;
        Decode decode = bytes -> SegmentHeader.decode(bytes, codec, seal);
        everyByte("checkpoint", good, 0, macAt, crcAt, decode);
        for (int at = crcAt + CRC; at < good.length; at += 7) {
            int i = at;
            broken("padding at " + at, decode, changed(good, b -> b.put(i, (byte) 1)));
        }
        assertEquals(header().transit(), SegmentHeader.decode(good, codec, seal).transit());
        for (int length : new int[] {0, 11, 12, 4095}) {
            broken("length " + length, decode, Arrays.copyOf(good, length));
        }
        broken("longer", decode, Arrays.copyOf(good, 2 * 4096));
        broken("magic", decode, sealed(changed(good, b -> b.putShort(0, (short) 0x5056)), macAt, crcAt));
        broken("version", decode, sealed(changed(good, b -> b.put(2, (byte) 2)), macAt, crcAt));
        for (int claimed : new int[] {0, -1, 4095, 4097, 8192, SegmentHeader.BYTES_MAX + 4096, Integer.MAX_VALUE}) {
            broken("claims length " + claimed, decode, sealed(changed(good, b -> b.putInt(8, claimed)), macAt, crcAt));
        }
        for (int claimed : new int[] {0, -1, 27, good.length + 1, Integer.MAX_VALUE}) {
            broken("claims content " + claimed, decode, sealed(changed(good, b -> b.putInt(4, claimed)), macAt, crcAt));
        }
        broken("number 0", decode, sealed(changed(good, b -> b.putLong(12, 0)), macAt, crcAt));
        broken("first", decode, sealed(changed(good, b -> b.putLong(20, 3)), macAt, crcAt));
        broken("capacity", decode, sealed(changed(good, b -> b.putLong(28, b.capacity())), macAt, crcAt));
        for (int length : new int[] {-1, 0, 100, 10_000}) {
            broken("record in front of " + length, decode, sealed(changed(good, b -> b.putInt(36, length)), macAt, crcAt));
        }
        broken("items", decode, sealed(changed(good, b -> b.putInt(40 + b.getInt(36), 2)), macAt, crcAt));
    }

    /** Only as much is read as a checkpoint may have. */
    @Test
    public void whatABlockClaims() {
        for (int claimed : new int[] {0, -4096, 4095, 4097, SegmentHeader.BYTES_MAX + 4096}) {
            byte[] block = new byte[4096];
            ByteBuffer.wrap(block).putShort(0, (short) 0x504A).putInt(8, claimed);
            broken("claims " + claimed, SegmentHeader::lengthOf, block);
        }
        broken("zeros", SegmentHeader::lengthOf, new byte[4096]);
    }

    // --- trailer

    @Test
    public void trailer() throws Exception {
        byte[] hash = RecordCodec.sha256(new byte[] {1});
        byte[] good = Trailer.of(3, 40, 12, 8_000, hash, 99, seal).bytes();
        int crcAt = Trailer.BYTES - CRC;
        Decode decode = bytes -> Trailer.decode(bytes, seal);
        everyByte("trailer", good, 0, crcAt - MAC, crcAt, decode);
        broken("longer", decode, Arrays.copyOf(good, Trailer.BYTES + 1));
        broken("magic", decode, sealed(changed(good, b -> b.putInt(0, 0x50545202)), crcAt - MAC, crcAt));
        Trailer trailer = Trailer.decode(good, seal);
        assertEquals(List.of(3L, 40L, 12L, 8_000L), List.of(trailer.number(), trailer.first(), trailer.count(), trailer.bodyBytes()));
        assertArrayEquals(hash, trailer.lastHash());
        assertEquals(99, trailer.bodyCrc());
    }

    // --- ids

    private static final Path IDS = ProofBench.FOLDER.resolve("ids-1-8");
    private static final int IDS_HEADER = 4 + 3 * 8 + 32 + 4 + MAC + CRC;
    private static final int ID_COUNT = 500;

    private FaultDisk ids() throws Exception {
        FaultDisk disk = new FaultDisk();
        disk.createFolder(ProofBench.FOLDER);
        Medium medium = new Medium(disk, new Bench(ProofBench.FOLDER).windows(), new Counters());
        seal.currentVersion();
        try (IdFile.Writer writer = new IdFile.Writer(disk.open(IDS), medium, 1, 8, ID_COUNT)) {
            for (int i = 0; i < ID_COUNT; i++) {
                writer.add((long) i << 48, i, 1 + i % 8, 4096 + i);
            }
            writer.finish(seal);
        }
        return disk;
    }

    private static void read(FaultDisk disk, Seal seal) throws Exception {
        try (IdFile file = IdFile.open(IDS, disk, seal, 1, 8)) {
            file.verify();
        }
    }

    private Decode file(FaultDisk disk) {
        return bytes -> {
            FaultDisk own = disk.copy();
            own.cut(IDS.toString(), 0);
            own.overwrite(IDS.toString(), 0, bytes);
            read(own, seal);
        };
    }

    @Test
    public void idsHeader() throws Exception {
        FaultDisk disk = ids();
        byte[] good = disk.bytes(IDS.toString());
        int crcAt = IDS_HEADER - CRC;
        Decode decode = file(disk);
        everyByte("ids", good, 0, crcAt - MAC, crcAt, decode);
        broken("magic", decode, sealed(changed(good, b -> b.putInt(0, 0x50494402)), crcAt - MAC, crcAt));
        broken("first", decode, sealed(changed(good, b -> b.putLong(4, 2)), crcAt - MAC, crcAt));
        broken("last", decode, sealed(changed(good, b -> b.putLong(12, 9)), crcAt - MAC, crcAt));
        for (long count : new long[] {-1, Long.MIN_VALUE, 0, ID_COUNT + 400, Long.MAX_VALUE / 64}) {
            broken("count " + count, decode, sealed(changed(good, b -> b.putLong(20, count)), crcAt - MAC, crcAt));
        }
        broken("a block less", decode, Arrays.copyOf(good, good.length - 4096));
        broken("a block more", decode, Arrays.copyOf(good, good.length + 4096));
        broken("nothing", decode, new byte[0]);
    }

    @Test
    public void idsBlocks() throws Exception {
        FaultDisk disk = ids();
        byte[] good = disk.bytes(IDS.toString());
        Decode decode = file(disk);
        for (int at = 4096; at < good.length; at += 61) {
            int i = at;
            byte[] bad = changed(good, b -> b.put(i, (byte) (b.get(i) ^ 4)));
            broken("byte " + at, decode, bad);
            int block = at / 4096;
            int crcAt = block * 4096 + 4092;
            if (at < crcAt) { // with a CRC that fits only the hash under the MAC finds it
                byte[] own = Arrays.copyOfRange(bad, block * 4096, crcAt);
                ByteBuffer.wrap(bad).putInt(crcAt, RecordCodec.crc(own, 0, own.length) ^ block);
                broken("byte " + at + " with its CRC", decode, bad);
            }
        }
    }

    /** A look-up reads some blocks, and no hash over all: each must be the one that belongs there. */
    @Test
    public void aLookUpTakesNoDamagedAndNoOtherBlock() throws Exception {
        FaultDisk disk = ids();
        byte[] good = disk.bytes(IDS.toString());
        long wanted = 3;
        assertEquals(Optional.of(new IdFile.Place(4, 4099)), find(disk, good, wanted, false));
        byte[] swapped = good.clone();
        System.arraycopy(good, 2 * 4096, swapped, 4096, 4096);
        broken("another block", bytes -> find(disk, bytes, wanted, false), swapped);
        broken("damaged", bytes -> find(disk, bytes, wanted, false), changed(good, b -> b.put(4096 + 5, (byte) 9)));
        int filter = good.length - 4096;
        byte[] other = good.clone();
        System.arraycopy(good, 4096, other, filter, 4096);
        for (boolean kept : new boolean[] {false, true}) {
            broken("filter", bytes -> find(disk, bytes, wanted, kept), changed(good, b -> b.put(filter + 9, (byte) (b.get(filter + 9) ^ 1))));
            broken("another for the filter", bytes -> find(disk, bytes, wanted, kept), other);
        }
    }

    private Optional<IdFile.Place> find(FaultDisk disk, byte[] bytes, long number, boolean kept) throws Exception {
        FaultDisk own = disk.copy();
        own.overwrite(IDS.toString(), 0, bytes);
        try (IdFile file = IdFile.open(IDS, own, seal, 1, 8)) {
            if (kept) {
                file.keepFilter();
            }
            return file.find(number << 48, number, ByteBuffer.allocate(IdFile.BLOCK));
        }
    }

    // --- archive

    /** Both copies say the same, sealed as they should be, and it is not so. */
    @Test
    public void aTrailerThatDoesNotFitItsSegment() throws Exception {
        CrashPoints.Ground ground = grown();
        FaultDisk disk = ground.disk();
        byte[] good = disk.bytes(copy(Archive.JOURNAL, 2));
        Seal own = new Seal(ground.keys());
        Trailer is = Trailer.decode(Arrays.copyOfRange(good, good.length - Trailer.BYTES, good.length), own);
        verifies(ground, disk.copy());
        byte[] hash = is.lastHash().clone();
        hash[0] ^= 1;
        List<Trailer> others = List.of(
                Trailer.of(3, is.first(), is.count(), is.bodyBytes(), is.lastHash(), is.bodyCrc(), own),
                Trailer.of(2, is.first() + 1, is.count() - 1, is.bodyBytes(), is.lastHash(), is.bodyCrc(), own),
                Trailer.of(2, is.first(), is.count() + 1, is.bodyBytes(), is.lastHash(), is.bodyCrc(), own),
                Trailer.of(2, is.first(), is.count(), is.bodyBytes() - 1, is.lastHash(), is.bodyCrc(), own),
                Trailer.of(2, is.first(), is.count(), is.bodyBytes(), hash, is.bodyCrc(), own));
        for (Trailer other : others) {
            FaultDisk bad = disk.copy();
            for (String copy : List.of(Archive.JOURNAL, Archive.TABLE)) {
                bad.overwrite(copy(copy, 2), good.length - Trailer.BYTES, other.bytes());
            }
            refuses(other.toString(), ground, bad);
        }
    }

    /** Whole, in both copies, and another's. */
    @Test
    public void aSegmentUnderAnothersName() throws Exception {
        CrashPoints.Ground ground = grown();
        for (int instead : new int[] {1, 3}) {
            FaultDisk bad = ground.disk().copy();
            for (String copy : List.of(Archive.JOURNAL, Archive.TABLE)) {
                byte[] other = bad.bytes(copy(copy, instead));
                bad.cut(copy(copy, 2), 0);
                bad.overwrite(copy(copy, 2), 0, other);
            }
            refuses("segment " + instead + " for 2", ground, bad);
        }
    }

    /** One copy, where the other cannot help: its own CRC, and each record's. */
    @Test
    public void oneCopyAloneIsTakenOnlyWhole() throws Exception {
        CrashPoints.Ground ground = grown();
        for (String alone : List.of(Archive.JOURNAL, Archive.TABLE)) {
            FaultDisk left = ground.disk().copy();
            left.lose(copy(alone.equals(Archive.JOURNAL) ? Archive.TABLE : Archive.JOURNAL, 2));
            verifies(ground, left.copy());
            for (int at : new int[] {5, 4096, 4096 + 67, 4096 + 300, (int) left.length(copy(alone, 2)) - 20}) {
                FaultDisk bad = left.copy();
                bad.flip(copy(alone, 2), at * 8L);
                refuses(alone + " at " + at, ground, bad);
            }
        }
    }

    private static String copy(String copy, long number) {
        return ProofBench.FOLDER.resolve(String.format("archive/%06d%s", number, copy)).toString();
    }

    private static CrashPoints.Ground grown() throws Exception {
        List<Act> acts = new java.util.ArrayList<>(ProofBench.life().subList(0, 6));
        for (int i = 0; i < 60; i++) {
            acts.add(Act.of(100 + i, new RegisterOperation.Frank(10, "letter")));
        }
        CrashPoints.Ground ground = ProofBench.after(acts);
        assertEquals(true, ground.disk().exists(copy(Archive.JOURNAL, 3)));
        return ground;
    }

    private static void verifies(CrashPoints.Ground ground, FaultDisk disk) throws Exception {
        try (Vault vault = ground.bench(disk).vault()) {
            assertEquals(ground.model().count(), vault.verify());
        }
    }

    private static void refuses(String what, CrashPoints.Ground ground, FaultDisk disk) throws Exception {
        try (Vault vault = ground.bench(disk).vault()) {
            VaultTest.refused("REG-018", vault::verify);
            assertEquals(what, ground.model().now(), vault.registers());
        }
    }

    /** An id leads to a record of that id, or to nothing. */
    @Test
    public void anIndexThatLeadsAstrayIsFound() throws Exception {
        CrashPoints.Ground ground = grown();
        FaultDisk disk = ground.disk().copy();
        Seal own = new Seal(ground.keys());
        String name = disk.files().stream().filter(file -> file.endsWith("ids-1-1")).findFirst().orElseThrow();
        Bench bench = ground.bench(disk);
        Medium medium = new Medium(disk, bench.windows(), new Counters());
        byte[] old = disk.bytes(name);
        int count = (int) ByteBuffer.wrap(old).getLong(20);
        try (IdFile.Writer writer = new IdFile.Writer(disk.open(Path.of(name)), medium, 1, 1, count)) {
            for (int i = 0; i < count; i++) {
                ByteBuffer entry = ByteBuffer.wrap(old, 4096 + i * IdFile.ENTRY, IdFile.ENTRY).slice();
                ByteBuffer other = ByteBuffer.wrap(old, 4096 + (i + 1) % count * IdFile.ENTRY, IdFile.ENTRY).slice();
                writer.add(entry.getLong(0), entry.getLong(8), entry.getInt(16), other.getInt(20));
            }
            writer.finish(own);
        }
        TransactionId first = ground.acts().get(0).id();
        try (Vault vault = bench.vault()) {
            VaultTest.refused("REG-018", () -> vault.find(first));
        }
    }
}
