// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardCode;
import org.porto.card.api.ExchangeException;
import org.porto.javacard.runtime.api.CardMachine;
import org.porto.javacard.runtime.api.PowerCut;
import org.porto.model.api.CardId;
import org.porto.purse.applet.PurseApplet;

/**
 * A card: the real applet on the real card machine, with a reader around it that can lose, repeat and mix what passes, and a look at its
 * memory that asks nobody.
 */
final class Purse extends CardRecord {

    private static final int RECORDED_MAX = 400;
    private static final int CARD_ID_AT = 8;
    private static final int REGISTERS_AT = 34;

    /** What stands in the persistent memory. */
    record Registers(int state, int pinLeft, long balance, long spent, long loaded, long burned, long counter) {
        long sum() {
            return balance + spent - loaded + burned;
        }
    }

    final CardMachine machine;
    char[] pin = World.PIN.clone();
    /** Commands that passed, oldest first, for replays; kept when {@link #recording}. */
    final List<byte[]> commands = new ArrayList<>();
    boolean recording;
    /** The exchange from now, 1 being the next, that is lost on its way; 0 none. */
    int loseCommand;
    int loseAnswer;
    /** The exchange before which a recorded command is slipped in; 0 none. */
    int slip;
    byte[] slipped;
    /** The exchange whose answer has a bit turned, in that byte; 0 none. */
    int forge;
    int forgeByte;
    /** Commands of this instruction come once more, the answer to the repeated one is dropped; 0 none. */
    int echo;
    UnaryOperator<byte[]> alter;
    /** Where answers are written down; null nowhere. */
    List<byte[]> heard;
    /** Who answers instead of the card; null the card. */
    List<byte[]> speaks;
    /** What answers instead of the card; null the card. */
    UnaryOperator<byte[]> instead;
    private int base = -1;

    Purse(CardId id, byte[] aid, byte[] transportKey) {
        super(id);
        machine = CardMachine.inMemory(PurseApplet.class, aid, transportKey);
    }

    Registers registers() {
        byte[] image = machine.image();
        if (base < 0) {
            base = find(image) - CARD_ID_AT;
        }
        ByteBuffer in = ByteBuffer.wrap(image, base + REGISTERS_AT, 36);
        return new Registers(
                image[base],
                image[base + 4],
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getInt() & 0xFFFFFFFFL);
    }

    /** Replayed sessions take tries (rule P4); only a right recognition by secret, or an order, gives them back. */
    int recognitionLeft() {
        registers();
        return machine.image()[base + 2];
    }

    private int find(byte[] image) {
        byte[] wanted = ByteBuffer.allocate(18)
                .put(id.bytes())
                .putShort((short) World.CHF.getNumericCode())
                .putLong(World.BALANCE_MAX)
                .array();
        for (int at = 0; at + wanted.length <= image.length; at++) {
            if (java.util.Arrays.equals(image, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new IllegalStateException("card " + id + " is not personalised");
    }

    /** No fault any more. */
    void quiet() {
        loseCommand = 0;
        loseAnswer = 0;
        slip = 0;
        forge = 0;
        alter = null;
        echo = 0;
        speaks = null;
        instead = null;
        machine.tearOff();
    }

    void powerUp() {
        try {
            machine.powerOff();
            machine.powerOn();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void restore(byte[] image) {
        try {
            machine.powerOff();
            machine.restore(image);
            machine.powerOn();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A claim of the reader with this card in it: the card is powered up. */
    CardClaim claim() {
        powerUp();
        return new Claim();
    }

    private final class Claim implements CardClaim {
        private boolean lost;

        @Override
        public String readerName() {
            return "proof";
        }

        @Override
        public byte[] atr() {
            return machine.atr();
        }

        @Override
        public byte[] transmit(byte[] command) throws ExchangeException {
            if (lost) {
                throw new ExchangeException(CardCode.CARD_LOST, "", null);
            }
            try {
                if (recording && commands.size() < RECORDED_MAX) {
                    commands.add(command.clone());
                }
                if (slip > 0 && --slip == 0) {
                    machine.process(slipped);
                }
                if (loseCommand > 0 && --loseCommand == 0) {
                    throw lost(null);
                }
                byte[] answer = answer(command);
                if (loseAnswer > 0 && --loseAnswer == 0) {
                    throw lost(null);
                }
                if (heard != null) {
                    heard.add(answer.clone());
                }
                if (forge > 0 && --forge == 0) {
                    answer[forgeByte % answer.length] ^= 1;
                }
                return answer;
            } catch (PowerCut e) {
                throw lost(e);
            }
        }

        private byte[] answer(byte[] command) {
            if (speaks != null) {
                return speaks.isEmpty() ? new byte[] {0x6F, 0} : speaks.remove(0);
            }
            if (instead != null) {
                return instead.apply(command);
            }
            byte[] answer = machine.process(alter == null ? command : alter.apply(command));
            if (echo == (command[1] & 0xFF)) {
                machine.process(command);
            }
            return answer;
        }

        private ExchangeException lost(Throwable cause) {
            lost = true;
            return new ExchangeException(CardCode.CARD_LOST, "", cause);
        }

        @Override
        public void close() {
            machine.powerOff();
        }
    }
}
