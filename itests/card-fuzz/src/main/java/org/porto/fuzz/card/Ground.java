// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.porto.javacard.runtime.api.CardMachine;
import org.porto.purse.applet.PurseApplet;

/** Keys, and cards to begin with: made once a process. */
final class Ground {

    static final byte[] TRANSPORT_KEY = HexFormat.of().parseHex("000102030405060708090A0B0C0D0E0F");
    static final byte[] CARD = HexFormat.of().parseHex("0011223344556677");
    static final byte[] PIN = HexFormat.of().parseHex("31323334FFFFFFFF");
    static final byte[] METER = "METER001".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SECOND = "METER002".getBytes(StandardCharsets.US_ASCII);
    static final int CURRENCY = 756;
    static final long BALANCE_MAX = 500_000;
    static final long TRANSACTION_MAX = 200_000;

    final Ec issuer = Ec.fresh();
    final Ec datacentre = Ec.fresh();
    final Ec stranger = Ec.fresh();
    /** The meter's half of the agreement of a load. */
    final Ec fresh = Ec.fresh();
    /** The data centre's half of an envelope. */
    final Ec ephemeral = Ec.fresh();
    final Peer shop = Peer.of(issuer, 3, "SHOP0001");
    final Peer otherShop = Peer.of(issuer, 3, "SHOP0002");
    final Peer station = Peer.of(issuer, 2, "STAT0001");
    final Peer fake = Peer.of(stranger, 3, "SHOP0001");
    final CardMachine machine = CardMachine.inMemory(PurseApplet.class, Desk.AID, TRANSPORT_KEY);
    final byte[] blank;
    final byte[] personalised;
    final byte[] cardPoint;
    /** Where the applet's persistent array begins in an image. */
    final int base;

    Ground() {
        blank = machine.image();
        Desk desk = new Desk(machine, line -> {});
        desk.power();
        desk.select();
        desk.initPair(3, Desk.ISSUER, TRANSPORT_KEY, new byte[16]);
        desk.authenticate(desk.proof());
        cardPoint = desk.command(0x46, 0, new byte[0]).data();
        desk.command(0xDA, 1, profile());
        desk.command(0xDA, 2, certificate(cardPoint));
        desk.command(0xDA, 3, Aes.join(new byte[] {1}, datacentre.point));
        desk.command(0xDA, 4, Aes.join(new byte[] {1}, issuer.point));
        desk.command(0xDA, 5, PIN);
        int status = desk.command(0x5C, 0, new byte[0]).status();
        if (status != 0x9000) {
            throw new IllegalStateException(String.format("personalisation ends with %04X", status));
        }
        personalised = machine.image();
        base = find(personalised) - Model.CARD_ID;
    }

    static byte[] profile() {
        return ByteBuffer.allocate(28)
                .put(CARD)
                .putShort((short) CURRENCY)
                .putLong(BALANCE_MAX)
                .putLong(TRANSACTION_MAX)
                .put((byte) 3)
                .put((byte) 10)
                .array();
    }

    byte[] certificate(byte[] point) {
        byte[] body = ByteBuffer.allocate(78)
                .put((byte) 1)
                .put((byte) 1)
                .put(CARD)
                .put(point)
                .putShort((short) 40_000)
                .put((byte) 1)
                .array();
        return Aes.join(body, issuer.sign(body));
    }

    private static int find(byte[] image) {
        byte[] wanted = Arrays.copyOf(profile(), 26);
        for (int at = 0; at + wanted.length <= image.length; at++) {
            if (Arrays.equals(image, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new IllegalStateException("no card id in the image");
    }

    /** The card of that kind, powered up with nothing selected. @return its persistent array */
    byte[] begin(int kind) {
        byte[] image = (kind == 0 ? blank : personalised).clone();
        Model model = new Model(this, Arrays.copyOfRange(image, base, base + Model.BYTES));
        if (kind != 0) {
            model.pair(0, METER, Arrays.copyOf(Ec.sha256(METER), 16), 50_000, 1);
            model.pair(1, SECOND, Arrays.copyOf(Ec.sha256(SECOND), 16), 200_000, 2);
            model.put4(Model.ORDER_SEQUENCE, 2);
            model.registers(10_000, 300, 300, 0, 3);
        }
        switch (kind) {
            case 2 -> model.m[Model.STATE] = 2;
            case 3 -> model.m[Model.STATE] = 3;
            case 4 -> model.m[Model.PIN_LEFT] = 1;
            case 5 -> model.registers(BALANCE_MAX, Long.MAX_VALUE - 100, Long.MAX_VALUE - 50, 7, 0xFFFFFEFEL);
            case 6 -> model.registers(1, 0, 1, 0, 0xFF);
            case 7 -> model.m[Model.RECOGNITION_LEFT] = 1;
            default -> {}
        }
        System.arraycopy(model.m, 0, image, base, Model.BYTES);
        try {
            machine.tearOff();
            machine.powerOff();
            machine.restore(image);
            machine.powerOn();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return model.m;
    }

    byte[] persistent() {
        return Arrays.copyOfRange(machine.image(), base, base + Model.BYTES);
    }
}
