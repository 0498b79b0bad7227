// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javacard.framework.Applet;
import org.porto.javacard.runtime.internal.Card;
import org.porto.javacard.runtime.internal.CardFile;

/**
 * A card: one applet, a memory, a power line. A persistent write is durable before the applet's next instruction; a transaction
 * is durable as a whole at its commit. Used by one thread at a time, but for {@link #cut()}.
 */
public final class CardMachine implements AutoCloseable {

    /** Answer to reset of all virtual cards: T=1, historical bytes "PORTO". */
    private static final byte[] ATR = {
        0x3B, (byte) 0x85, (byte) 0x80, 0x01, 'P', 'O', 'R', 'T', 'O', check()
    };

    private final Card card;
    private final CardFile file;

    private CardMachine(Card card, CardFile file) {
        this.card = card;
        this.file = file;
    }

    private static byte check() {
        byte[] covered = {(byte) 0x85, (byte) 0x80, 0x01, 'P', 'O', 'R', 'T', 'O'};
        byte sum = 0;
        for (byte b : covered) {
            sum ^= b;
        }
        return sum;
    }

    /** A card whose memory ends with the process: for tests. */
    public static CardMachine inMemory(Class<? extends Applet> applet, byte[] aid, byte[] installData) {
        Card card = new Card(image -> {}, aid);
        card.install(applet, installData);
        return new CardMachine(card, null);
    }

    /** Makes a card in a fresh file. The file's directory entry is durable on return. */
    public static CardMachine create(Path file, Class<? extends Applet> applet, byte[] aid, byte[] installData)
            throws IOException {
        Card fresh = new Card(image -> {}, aid);
        fresh.install(applet, installData);
        CardFile.create(file, aid, fresh.shape(), fresh.image());
        return open(file, List.of(new AppletEntry(aid, applet)));
    }

    /**
     * Takes a card out of its file.
     *
     * @throws AppletMissingException when none of the applets is the card's
     * @throws CardInUseException when another reader holds the card
     * @throws IOException when the file is damaged or its applet has another memory layout
     */
    public static CardMachine open(Path path, List<AppletEntry> applets) throws IOException {
        CardFile file = CardFile.open(path);
        boolean done = false;
        try {
            AppletEntry entry = applets.stream()
                    .filter(e -> Arrays.equals(e.aid(), file.aid()))
                    .findFirst()
                    .orElseThrow(() -> new AppletMissingException(path.getFileName().toString()));
            Card card = new Card(file, file.aid());
            card.install(entry.appletClass(), new byte[Card.INSTALL_DATA_BYTES]);
            if (!Arrays.equals(card.shape(), file.shape())) {
                throw new IOException("applet has another memory layout than the card " + path.getFileName());
            }
            card.load(file.image());
            done = true;
            return new CardMachine(card, file);
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    public byte[] atr() {
        return ATR.clone();
    }

    /** Cold reset. @throws IOException when the card's file failed before; open it again */
    public void powerOn() throws IOException {
        card.powerOn();
    }

    public void powerOff() {
        card.powerOff();
    }

    public boolean powered() {
        return card.powered();
    }

    /**
     * One command.
     *
     * @return response with its status word
     * @throws PowerCut when the power goes, is off, or the file fails
     */
    public byte[] process(byte[] command) {
        return card.process(command);
    }

    /** Takes the power away at the next persistent write, or at the end of the command. From any thread. */
    public void cut() {
        card.cut();
    }

    /** Cuts the power before the n-th persistent write from now (1: the next one); commits count. */
    public void tearAt(long n) {
        card.tear(n, false);
    }

    /** Like {@link #tearAt} but, where Java Card does not promise all or nothing, half of that write takes effect. */
    public void tearWithin(long n) {
        card.tear(n, true);
    }

    /** Forgets {@link #tearAt}. */
    public void tearOff() {
        card.tearOff();
    }

    /** How many persistent writes there were so far. */
    public long persistentWrites() {
        return card.writes();
    }

    /** Whether every change of persistent memory is checked; slow, for tests. */
    public void strict(boolean on) {
        card.strict(on);
    }

    /** What is durable now. */
    public byte[] image() {
        return card.image();
    }

    /** Replaces the memory of a powered down card that has no file. */
    public void restore(byte[] image) {
        if (file != null || card.powered()) {
            throw new IllegalStateException("card is powered or has a file");
        }
        card.load(image);
    }

    /** Powers down and lets go of the file. Idempotent. */
    @Override
    public void close() throws IOException {
        card.powerOff();
        if (file != null) {
            file.close();
        }
    }
}
