// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.Collections;
import java.util.WeakHashMap;
import javacard.framework.AID;
import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.CardRuntimeException;
import javacard.framework.ISO7816;
import javacard.framework.JCSystem;
import javacard.framework.SystemException;
import javacard.framework.TransactionException;
import org.porto.javacard.runtime.api.PowerCut;
import org.porto.javacard.runtime.api.UntrackedWrite;

/** A card at work: memory, transactions, tears. Confined to one thread at a time; only {@link #cut()} comes from others. */
public final class Card {

    public static final short COMMIT_CAPACITY_BYTES = 4096;

    /** Data that an applet is installed with when its memory is loaded over at once. */
    public static final int INSTALL_DATA_BYTES = 16;

    /** Java Card's calls are static; this leads them to the card that runs on their thread. */
    private static final ThreadLocal<Card> CURRENT = new ThreadLocal<>();

    private final CardStore store;
    private final AID aid;
    private final byte[] aidBytes;
    private final Map<Object, Byte> transients = new IdentityHashMap<>();
    private final Set<Engine> engines = Collections.newSetFromMap(new WeakHashMap<>());
    private final Schedules schedules = new Schedules();
    private Applet applet;
    private ObjectImage memory;
    /** What the store has. Outside of a transaction the applet's objects hold the same. */
    private byte[] durable;
    private boolean begun;
    private byte[] expected;
    private int transactionBytes;
    private long writes;
    private long tearAt = Long.MAX_VALUE;
    private boolean tearWithin;
    private boolean strict;
    private boolean powered;
    private boolean failed;
    private boolean selected;
    private boolean selecting;
    private APDU apdu;
    private volatile boolean cut;

    public Card(CardStore store, byte[] aid) {
        this.store = store;
        this.aidBytes = aid.clone();
        this.aid = new AID(aid, (short) 0, (byte) aid.length);
    }

    /** The card that runs on this thread. */
    public static Card current() {
        Card card = CURRENT.get();
        if (card == null) {
            throw new IllegalStateException("no card runs on this thread");
        }
        return card;
    }

    // Memory

    /** Whether the array is persistent memory of the card at work: all else may be changed without ado. */
    public static boolean keeps(byte[] array) {
        Card card = CURRENT.get();
        return card != null && card.memory != null && card.memory.contains(array);
    }

    /** A change of part of an array, all or nothing, that a transaction takes back. */
    public static void writeAtomic(byte[] target, int length, Runnable change) {
        write(target, 0, length, false, change);
    }

    /** A change of part of an array that a transaction takes back; outside of one it may be torn apart. */
    public static void write(byte[] target, int offset, int length, Runnable change) {
        write(target, offset, length, true, change);
    }

    private static void write(byte[] target, int offset, int length, boolean splits, Runnable change) {
        Card card = CURRENT.get();
        if (card == null || card.memory == null || !card.memory.contains(target)) {
            change.run();
            return;
        }
        card.before(target, offset, splits && !card.begun ? length : 0, change);
        if (card.begun) {
            card.transactionBytes += length;
            if (card.transactionBytes > COMMIT_CAPACITY_BYTES) {
                TransactionException.throwIt(TransactionException.BUFFER_FULL);
            }
        }
        change.run();
        card.note();
        if (!card.begun) {
            card.save(card.memory.save());
        }
    }

    /** A change of a whole object that a transaction takes back. */
    public static void write(byte[] target, Runnable change) {
        write(target, 0, 0, false, change);
    }

    /** A change that no transaction takes back, durable on return. */
    public static void writeThrough(byte[] target, int offset, int length, Runnable change) {
        Card card = CURRENT.get();
        if (card == null || card.memory == null || !card.memory.contains(target)) {
            change.run();
            return;
        }
        card.before(target, offset, length, change);
        change.run();
        card.note();
        card.patch(target, offset, length);
    }

    private void before(byte[] target, int offset, int length, Runnable change) {
        check();
        writes++;
        if (writes < tearAt && !cut) {
            return;
        }
        if (tearWithin && length > 1) {
            int half = length / 2;
            byte[] rest = Arrays.copyOfRange(target, offset + half, offset + length);
            change.run();
            System.arraycopy(rest, 0, target, offset + half, rest.length);
            patch(target, offset, length);
        }
        throw die();
    }

    /** Makes part of an array durable, and nothing else of a transaction that may be open. */
    private void patch(byte[] target, int offset, int length) {
        int at = memory.offset(target) + offset;
        if (!Arrays.equals(target, offset, offset + length, durable, at, at + length)) {
            byte[] image = durable.clone();
            System.arraycopy(target, offset, image, at, length);
            save(image);
        }
    }

    private void save(byte[] image) {
        if (Arrays.equals(image, durable)) {
            return;
        }
        try {
            store.save(image);
        } catch (IOException e) {
            failed = true;
            powered = false;
            throw new PowerCut(e);
        }
        durable = image;
    }

    private PowerCut die() {
        powered = false;
        tearOff();
        return new PowerCut(null);
    }

    /** What strict mode expects from now on. */
    private void note() {
        if (strict) {
            expected = memory.save();
        }
    }

    /** After the power is gone even a finally block writes nothing. */
    private void check() {
        if (!powered) {
            throw new PowerCut(null);
        }
        if (strict && !Arrays.equals(expected, memory.save())) {
            throw new UntrackedWrite("persistent memory was changed without the card's knowledge");
        }
    }

    private void checkShape() {
        if (strict && !memory.sameObjects(new ObjectImage(applet, transients::containsKey))) {
            throw new UntrackedWrite("a persistent reference was changed after installation");
        }
    }

    public <T> T makeTransient(T array, byte event) {
        if (event != JCSystem.CLEAR_ON_RESET && event != JCSystem.CLEAR_ON_DESELECT) {
            SystemException.throwIt(SystemException.ILLEGAL_VALUE);
        }
        transients.put(array, event);
        return array;
    }

    public byte transience(Object object) {
        return transients.getOrDefault(object, JCSystem.NOT_A_TRANSIENT_OBJECT);
    }

    /** Knows an engine, to have it forget at reset. */
    static <E extends Engine> E engine(E engine) {
        Card card = CURRENT.get();
        if (card != null) {
            card.engines.add(engine);
        }
        return engine;
    }

    /** The expanded AES keys of the card at work; for an engine that is made outside of any card its own. */
    static Schedules schedules() {
        Card card = CURRENT.get();
        return card == null ? new Schedules() : card.schedules;
    }

    private void clear(boolean reset) {
        transients.forEach((array, event) -> {
            if (!reset && event != JCSystem.CLEAR_ON_DESELECT) {
                return;
            }
            if (array instanceof byte[] bytes) {
                Arrays.fill(bytes, (byte) 0);
            } else if (array instanceof short[] shorts) {
                Arrays.fill(shorts, (short) 0);
            } else if (array instanceof boolean[] booleans) {
                Arrays.fill(booleans, false);
            } else {
                Arrays.fill((Object[]) array, null);
            }
        });
    }

    // Transactions

    public void begin() {
        if (begun) {
            TransactionException.throwIt(TransactionException.IN_PROGRESS);
        }
        if (memory != null) {
            check();
            begun = true;
            transactionBytes = 0;
        }
    }

    public void commit() {
        if (memory == null) {
            return;
        }
        if (!begun) {
            TransactionException.throwIt(TransactionException.NOT_IN_PROGRESS);
        }
        check();
        writes++;
        if (writes >= tearAt || cut) {
            throw die();
        }
        begun = false;
        save(memory.save());
    }

    public void abort() {
        if (memory == null) {
            return;
        }
        if (!begun) {
            TransactionException.throwIt(TransactionException.NOT_IN_PROGRESS);
        }
        check();
        memory.load(durable);
        begun = false;
        note();
    }

    public boolean inTransaction() {
        return begun;
    }

    public short commitCapacityUnused() {
        return (short) (!begun ? COMMIT_CAPACITY_BYTES : Math.max(0, COMMIT_CAPACITY_BYTES - transactionBytes));
    }

    // Life

    /** Installs the applet on an empty memory; the memory becomes durable by the caller. */
    public void install(Class<? extends Applet> type, byte[] data) {
        byte[] parameters = new byte[1 + aidBytes.length + 1 + 1 + data.length];
        parameters[0] = (byte) aidBytes.length;
        System.arraycopy(aidBytes, 0, parameters, 1, aidBytes.length);
        parameters[aidBytes.length + 2] = (byte) data.length;
        System.arraycopy(data, 0, parameters, aidBytes.length + 3, data.length);
        Card outer = CURRENT.get();
        CURRENT.set(this);
        try {
            type.getMethod("install", byte[].class, short.class, byte.class)
                    .invoke(null, parameters, (short) 0, (byte) parameters.length);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalArgumentException("not an applet: " + type.getName(), e);
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw new IllegalArgumentException("applet does not install: " + e.getCause(), e.getCause());
        } finally {
            CURRENT.set(outer);
            Arrays.fill(parameters, (byte) 0);
        }
        if (applet == null) {
            throw new IllegalArgumentException("applet does not register: " + type.getName());
        }
        memory = new ObjectImage(applet, transients::containsKey);
        durable = memory.save();
    }

    public void register(Applet fresh, AID registered) {
        if (memory != null || applet != null || registered != null && !registered.equals(aid)) {
            SystemException.throwIt(SystemException.ILLEGAL_AID);
        }
        applet = fresh;
    }

    /** Puts an image of the same applet into the memory. */
    public void load(byte[] image) {
        memory.load(image);
        durable = image.clone();
    }

    public byte[] image() {
        return durable.clone();
    }

    public byte[] shape() {
        return memory.shape();
    }

    public boolean powered() {
        return powered;
    }

    public void powerOn() throws IOException {
        if (failed) {
            throw new IOException("memory of the card failed; load it again");
        }
        powerOff();
        clear(true);
        engines.forEach(Engine::forget);
        schedules.forget();
        memory.load(durable);
        note();
        begun = false;
        cut = false;
        powered = true;
    }

    public void powerOff() {
        powered = false;
        selected = false;
        selecting = false;
        begun = false;
    }

    public void cut() {
        cut = true;
    }

    public long writes() {
        return writes;
    }

    public void tear(long at, boolean within) {
        tearAt = Math.addExact(writes, at);
        tearWithin = within;
    }

    public void tearOff() {
        tearAt = Long.MAX_VALUE;
        tearWithin = false;
    }

    public void strict(boolean on) {
        strict = on;
        note();
    }

    public AID aid() {
        return aid;
    }

    public boolean selecting() {
        return selecting;
    }

    public APDU apdu() {
        if (apdu == null) {
            throw new SecurityException("no command is being processed");
        }
        return apdu;
    }

    // Commands

    public byte[] process(byte[] command) {
        if (!powered) {
            throw new PowerCut(null);
        }
        Dialogue dialogue;
        try {
            dialogue = new Dialogue(command);
        } catch (IllegalArgumentException e) {
            return new byte[] {0x67, 0};
        }
        Card outer = CURRENT.get();
        CURRENT.set(this);
        try {
            int sw = dispatch(dialogue);
            check();
            checkShape();
            if (cut) {
                throw die();
            }
            return dialogue.response(sw);
        } catch (PowerCut | UntrackedWrite e) {
            powered = false;
            throw e;
        } finally {
            selecting = false;
            apdu = null;
            CURRENT.set(outer);
        }
    }

    private int dispatch(Dialogue dialogue) {
        int sw;
        try {
            apdu = FrameworkAccess.apdu(dialogue);
            sw = run(dialogue);
        } catch (javacard.framework.ISOException e) {
            sw = e.getReason() & 0xFFFF;
        } catch (CardRuntimeException e) {
            sw = 0x6F00;
        } catch (RuntimeException | StackOverflowError e) {
            sw = 0x6F00;
        }
        if (begun && powered) {
            abort();
            return sw == 0x9000 ? 0x6F00 : sw;
        }
        return sw;
    }

    private int run(Dialogue dialogue) {
        if (dialogue.select() && addressed(dialogue.data())) {
            if (selected) {
                selected = false;
                applet.deselect();
                clear(false);
            }
            selecting = true;
            if (!applet.select()) {
                return ISO7816.SW_APPLET_SELECT_FAILED & 0xFFFF;
            }
            selected = true;
        } else if (!selected) {
            return (dialogue.select() ? ISO7816.SW_FILE_NOT_FOUND : ISO7816.SW_APPLET_SELECT_FAILED) & 0xFFFF;
        }
        applet.process(apdu);
        return 0x9000;
    }

    private boolean addressed(byte[] name) {
        return name.length >= 5
                && name.length <= aidBytes.length
                && Arrays.equals(name, 0, name.length, aidBytes, 0, name.length);
    }
}
