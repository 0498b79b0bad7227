// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.card.drawer.api.DrawerCode;
import org.porto.card.spi.CardSlot;
import org.porto.crypto.api.SecretBytes;
import org.porto.javacard.runtime.api.AppletCatalogue;
import org.porto.javacard.runtime.api.AppletEntry;
import org.porto.javacard.runtime.api.AppletMissingException;
import org.porto.javacard.runtime.api.CardInUseException;
import org.porto.javacard.runtime.api.CardMachine;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drawer of card files and the slots of one station. Thread-safe. */
final class Drawer {

    static final byte[] PURSE_AID = HexFormat.of().parseHex("F0504F52544F01");

    private static final Logger LOG = LoggerFactory.getLogger(Drawer.class);
    private static final Pattern LABEL = Pattern.compile("[a-z0-9-]{1,32}");
    private static final String CARD_ENDING = ".card";
    private static final String KEY_ENDING = ".transport";
    private static final int KEY_BYTES = 16;
    private static final int SLOTS_MAX = 16;

    private final Path directory;
    private final SlotMemory memory;
    private final AppletCatalogue catalogue;
    private final List<Slot> slots;
    /** Cards that are in a slot by memory, but whose applet has not come yet; by slot name. */
    private final Map<String, String> awaited = new TreeMap<>();
    private volatile boolean awaiting;
    private boolean closed;

    /** @param slotMemory null when slots are not remembered */
    Drawer(Path directory, int slotCount, Path slotMemory, AppletCatalogue catalogue) throws IOException {
        if (!directory.isAbsolute() || slotCount < 1 || slotCount > SLOTS_MAX) {
            throw new IllegalArgumentException("directory must be absolute, slots 1 to " + SLOTS_MAX);
        }
        this.directory = Files.createDirectories(directory);
        if (slotMemory != null) {
            Files.createDirectories(slotMemory.toAbsolutePath().getParent());
        }
        this.memory = new SlotMemory(slotMemory);
        this.catalogue = catalogue;
        List<Slot> made = new ArrayList<>();
        for (int i = 1; i <= slotCount; i++) {
            made.add(new Slot(Integer.toString(i)));
        }
        this.slots = List.copyOf(made);
        awaited.putAll(memory.load());
        reinsert();
    }

    private void reinsert() {
        for (Slot slot : slots) {
            String label = awaited.remove(slot.name());
            if (label != null) {
                reinsert(slot, label);
            }
        }
        awaiting = !awaited.isEmpty();
    }

    private void reinsert(Slot slot, String label) {
        try {
            slot.put(label, CardMachine.open(file(label, CARD_ENDING), catalogue.applets()));
        } catch (AppletMissingException e) {
            awaited.put(slot.name(), label);
        } catch (IOException | RefusedException | RuntimeException e) {
            LOG.warn("card {} is no longer in slot {}", label, slot.name(), e);
        }
    }

    /** Waits for nobody, but while cards wait for their applet. */
    List<CardSlot> slots() {
        if (awaiting) {
            synchronized (this) {
                if (!closed) {
                    reinsert();
                }
            }
        }
        return List.copyOf(slots);
    }

    private Path file(String label, String ending) throws RefusedException {
        if (!LABEL.matcher(label).matches()) {
            throw new RefusedException(DrawerCode.LABEL_UNUSABLE, label);
        }
        return directory.resolve(label + ending);
    }

    synchronized List<DrawerCard> cards() throws RefusedException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(CARD_ENDING))
                    .map(name -> name.substring(0, name.length() - CARD_ENDING.length()))
                    .filter(label -> LABEL.matcher(label).matches())
                    .sorted()
                    .map(label -> new DrawerCard(label, slotOf(label)))
                    .toList();
        } catch (IOException e) {
            throw new RefusedException(DrawerCode.STORE_FAILED, "list", e);
        }
    }

    private String slotOf(String label) {
        return slots.stream().filter(slot -> slot.label().equals(label)).map(Slot::name).findFirst().orElse("");
    }

    synchronized SecretBytes create(String label) throws RefusedException {
        Path card = file(label, CARD_ENDING);
        if (Files.exists(card)) {
            throw new RefusedException(DrawerCode.LABEL_UNUSABLE, label);
        }
        AppletEntry purse = catalogue.applets().stream()
                .filter(applet -> Arrays.equals(applet.aid(), PURSE_AID))
                .findFirst()
                .orElseThrow(() -> new RefusedException(DrawerCode.APPLET_MISSING));
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try {
            writeKey(file(label, KEY_ENDING), key);
            CardMachine.create(card, purse.appletClass(), purse.aid(), key).close();
            return SecretBytes.copyOf(key);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(DrawerCode.LABEL_UNUSABLE, label, e);
        } catch (IOException e) {
            throw new RefusedException(DrawerCode.STORE_FAILED, label, e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static void writeKey(Path file, byte[] key) throws IOException {
        Files.deleteIfExists(file); // left over from a creation that was cut short: there is no such card
        try (FileChannel out = (FileChannel) Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(HexFormat.of().formatHex(key) + "\n");
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    SecretBytes transportKey(String label) throws RefusedException {
        Path file = file(label, KEY_ENDING);
        if (!Files.exists(file)) {
            throw new RefusedException(DrawerCode.CARD_UNKNOWN, label);
        }
        try {
            byte[] key = HexFormat.of().parseHex(Files.readString(file, StandardCharsets.US_ASCII).strip());
            if (key.length != KEY_BYTES) {
                throw new RefusedException(DrawerCode.STORE_FAILED, "transport key of " + label);
            }
            return SecretBytes.owning(key);
        } catch (IOException | IllegalArgumentException e) {
            throw new RefusedException(DrawerCode.STORE_FAILED, "transport key of " + label, e);
        }
    }

    private Slot slot(String name) throws RefusedException {
        if (name.isEmpty()) {
            return slots.get(0);
        }
        for (Slot slot : slots) {
            if (slot.name().equals(name)) {
                return slot;
            }
        }
        throw new RefusedException(DrawerCode.SLOT_EMPTY, "no slot " + name);
    }

    synchronized void insert(String label, String slotName) throws RefusedException {
        Path card = file(label, CARD_ENDING);
        Slot slot = slot(slotName);
        if (closed) {
            throw new RefusedException(DrawerCode.STORE_FAILED, "reader is closed");
        }
        if (!Files.exists(card)) {
            throw new RefusedException(DrawerCode.CARD_UNKNOWN, label);
        }
        if (label.equals(slot.cardPresent() ? slot.label() : awaited.get(slot.name()))) {
            return; // there already: the answer to the first time may have been lost
        }
        if (slot.cardPresent() || awaited.containsKey(slot.name())) {
            throw new RefusedException(DrawerCode.SLOT_OCCUPIED, slot.name());
        }
        try {
            slot.put(label, CardMachine.open(card, catalogue.applets()));
        } catch (CardInUseException e) {
            throw new RefusedException(DrawerCode.CARD_ELSEWHERE, label, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new RefusedException(DrawerCode.STORE_FAILED, label, e);
        }
        remember();
    }

    synchronized void remove(String slotName) throws RefusedException {
        Slot slot = slotName.isEmpty()
                ? slots.stream().filter(Slot::cardPresent).findFirst().orElse(slots.get(0))
                : slot(slotName);
        if (awaited.remove(slot.name()) == null && !slot.cardPresent()) {
            throw new RefusedException(DrawerCode.SLOT_EMPTY, slot.name());
        }
        try {
            slot.pull();
        } catch (IOException e) {
            LOG.warn("card of slot {} did not close", slot.name(), e);
        }
        remember();
    }

    private void remember() throws RefusedException {
        Map<String, String> labels = new TreeMap<>(awaited);
        for (Slot slot : slots) {
            if (slot.cardPresent()) {
                labels.put(slot.name(), slot.label());
            }
        }
        try {
            memory.save(labels);
        } catch (IOException e) {
            throw new RefusedException(DrawerCode.STORE_FAILED, "slot memory", e);
        }
    }

    /** The station goes: its cards stay in their slots for the next time, their files are free. */
    synchronized void close() {
        closed = true;
        for (Slot slot : slots) {
            try {
                slot.pull();
            } catch (IOException e) {
                LOG.warn("card of slot {} did not close", slot.name(), e);
            }
        }
    }
}
