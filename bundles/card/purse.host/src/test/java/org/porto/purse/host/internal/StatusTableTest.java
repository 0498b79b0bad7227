// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.Test;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.StatusWord;

/** Status words of every command that is wrong in its form (ISO/IEC 7816-4:2020, clause 5.6): class, instruction, P1 and P2, length. */
public class StatusTableTest {

    private static final Set<Integer> PLAIN = Set.of(0x50, 0x52, 0x82);
    private static final Set<Integer> ISSUES = Set.of(0x46, 0xDA, 0x5C);
    /** Commands in a session and the one length of data that each takes. */
    private static final Map<Integer, Integer> LENGTHS = Map.ofEntries(
            Map.entry(0xCA, 0),
            Map.entry(0xF2, 0),
            Map.entry(0xF4, 0),
            Map.entry(0xB2, 0),
            Map.entry(0x20, 8),
            Map.entry(0x24, 16),
            Map.entry(0x40, 85),
            Map.entry(0x54, 16),
            Map.entry(0x56, 8),
            Map.entry(0x58, 4),
            Map.entry(0xD8, 65));
    private static final int APPLY = 0x5A;
    private static final int LOG = 0xB2;
    private static final int PLAIN_BYTES_MAX = 239;
    private static final Set<Integer> PAIRED_ONLY = Set.of(0x40, 0xF4);

    private static byte[] command(int cla, int ins, int p1, int p2, int bytes) {
        byte[] out = new byte[bytes == 0 ? 5 : 6 + bytes];
        out[0] = (byte) cla;
        out[1] = (byte) ins;
        out[2] = (byte) p1;
        out[3] = (byte) p2;
        out[4] = (byte) bytes;
        return out;
    }

    private static void same(int wanted, int status, int... which) {
        if (wanted != status) { // a message for each of some hundred thousand commands would take the time
            assertEquals(Arrays.toString(which), String.format("%04X", wanted), String.format("%04X", status));
        }
    }

    private static Bench selected() throws Exception {
        Bench bench = Bench.personalised();
        bench.purses.select(bench);
        return bench;
    }

    private static int first(int ins) {
        if (!PLAIN.contains(ins)) {
            return 0x6D00;
        }
        return ins == 0x82 ? 0x6985 : 0x6700;
    }

    @Test
    public void everyClassAndInstructionInClear() throws Exception {
        Bench bench = selected();
        byte[] before = bench.machine.image();
        for (int cla = 0; cla <= 0xFF; cla++) {
            for (int ins = 0; ins <= 0xFF; ins++) {
                int wanted = cla == 0x80 ? first(ins) : cla == 0x84 ? 0x6988 : 0x6E00;
                same(wanted, Bench.status(bench.machine.process(command(cla, ins, 0, 0, 0))), cla, ins);
            }
        }
        assertArrayEquals(before, bench.machine.image());
    }

    @Test
    public void everyParameterAndLengthInClear() throws Exception {
        Bench bench = selected();
        byte[] before = bench.machine.image();
        for (int ins : PLAIN) {
            for (int p = 1; p <= 0xFFFF; p++) {
                same(0x6A86, Bench.status(bench.machine.process(command(0x80, ins, p >> 8, p & 0xFF, 0))), ins, p);
            }
            for (int bytes = 0; bytes <= 255; bytes++) {
                boolean right = ins == 0x50 ? bytes == 24 : bytes >= 102 && bytes <= 166;
                if (ins == 0x82) {
                    same(0x6985, Bench.status(bench.machine.process(command(0x80, ins, 0, 0, bytes))), ins, bytes);
                } else if (!right) {
                    same(0x6700, Bench.status(bench.machine.process(command(0x80, ins, 0, 0, bytes))), ins, bytes);
                }
            }
        }
        for (int bytes = 0; bytes <= 255; bytes++) {
            if (bytes != 16) { // a proof of another length, where one is awaited
                bench.machine.process(command(0x80, 0x50, 0, 0, 24));
                same(0x6700, Bench.status(bench.machine.process(command(0x80, 0x82, 0, 0, bytes))), 0x82, bytes);
            }
        }
        assertArrayEquals(before, bench.machine.image());
    }

    private static void refuses(Link link, int wanted, int ins, int p1, int p2, int bytes) throws Exception {
        Answer answer = link.exchange(ins, p1, p2, new byte[bytes]);
        same(wanted, answer.status(), ins, p1, p2, bytes);
        assertEquals(0, answer.data().length);
    }

    /** In a session: unknown commands, those of another kind of session, every P1 and P2, every length. */
    private static void session(Link link, boolean paired) throws Exception {
        for (int ins = 0; ins <= 0xFF; ins++) {
            boolean known = LENGTHS.containsKey(ins) || ins == APPLY;
            if (!known) {
                refuses(link, ISSUES.contains(ins) ? 0x6985 : 0x6D00, ins, 0, 0, 0);
                continue;
            }
            for (int p = 1; p <= 0xFF; p++) {
                boolean log = ins == LOG && p <= 1;
                if (!log) {
                    refuses(link, 0x6A86, ins, p, 0, 0);
                }
                if (ins != LOG || p > 9) {
                    refuses(link, 0x6A86, ins, 0, p, 0);
                }
            }
            boolean here = ins == 0xF4 || paired == PAIRED_ONLY.contains(ins) || !Set.of(0x40, 0x54, 0x56, 0x58).contains(ins);
            for (int bytes = 0; bytes <= PLAIN_BYTES_MAX; bytes++) {
                boolean right = ins == APPLY ? bytes >= 131 && (bytes - 83) % 16 == 0 : bytes == LENGTHS.get(ins);
                if (!right) {
                    refuses(link, here ? 0x6700 : 0x6985, ins, 0, 0, bytes);
                }
            }
        }
    }

    @Test
    public void everyCommandInASession() throws Exception {
        Bench bench = Bench.personalised();
        try (PurseSession session = bench.certified()) {
            session.apply(bench.envelope(bench.pairing(Bench.METER, 1, 50_000)));
            byte[] before = bench.machine.image();
            session(((CardSession) session).link(), false);
            assertArrayEquals(before, bench.machine.image());
        }
        try (PurseSession session = bench.paired()) {
            byte[] before = bench.machine.image();
            session(((CardSession) session).link(), true);
            assertArrayEquals(before, bench.machine.image());
        }
    }

    @Test
    public void everyCommandOfPersonalisation() throws Exception {
        Bench bench = new Bench();
        try (Personalisation blank = bench.purses.openPersonalisation(bench, Bench.transportKey())) {
            Link link = ((BlankCard) blank).link();
            byte[] before = bench.machine.image();
            for (int ins = 0; ins <= 0xFF; ins++) {
                boolean served = LENGTHS.containsKey(ins) || ins == APPLY;
                if (!ISSUES.contains(ins)) {
                    refuses(link, served ? 0x6985 : 0x6D00, ins, 0, 0, 0);
                }
            }
            for (int p = 1; p <= 0xFF; p++) {
                refuses(link, 0x6A86, 0x46, p, 0, 0);
                refuses(link, 0x6A86, 0x5C, 0, p, 0);
                refuses(link, 0x6A86, 0xDA, 1, p, 28);
                refuses(link, 0x6A86, 0xDA, p > 5 ? p : 0, 0, 28);
            }
            List<Integer> items = List.of(28, -1, 66, 66, 8);
            for (int bytes = 0; bytes <= PLAIN_BYTES_MAX; bytes++) {
                if (bytes > 0) {
                    refuses(link, 0x6700, 0x46, 0, 0, bytes);
                    refuses(link, 0x6700, 0x5C, 0, 0, bytes);
                }
                for (int item = 1; item <= 5; item++) {
                    boolean right = item == 2 ? bytes >= 86 && bytes <= 150 : bytes == items.get(item - 1);
                    if (!right) {
                        refuses(link, 0x6700, 0xDA, item, 0, bytes);
                    }
                }
            }
            assertArrayEquals(before, bench.machine.image());
        }
    }

    @Test
    public void everyStatusWordHasAText() {
        for (StatusWord word : StatusWord.values()) {
            String said = StatusWord.say(word.word());
            assertTrue(said, said.startsWith(word.text()) && said.endsWith(String.format("(card says %04X)", word.word())));
            assertTrue(StatusWords.refusal(word.word()).getMessage().contains(word.text()));
        }
        assertEquals("the PIN is wrong, 2 tries left (card says 63C2)", StatusWord.say(0x63C2));
        assertEquals("a status word that no purse has (card says 6B00)", StatusWord.say(0x6B00));
        assertEquals(StatusWord.values().length, IntStream.of(
                        Arrays.stream(StatusWord.values()).mapToInt(StatusWord::word).toArray())
                .distinct()
                .count());
    }
}
