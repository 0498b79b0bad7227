// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What nearly right commands carry: amounts, numbers and orders near the bounds of what the card takes. */
final class Offers {

    /** SHOW KEY in the session that is open. */
    interface Shows {
        void show(byte[] key);
    }

    private final Feed feed;
    private final Ground ground;
    private final Model model;
    private final Shows shows;
    private final List<byte[]> envelopes = new ArrayList<>();

    Offers(Feed feed, Ground ground, Model model, Shows shows) {
        this.feed = feed;
        this.ground = ground;
        this.model = model;
        this.shows = shows;
    }

    byte[] pin() {
        byte[] pin = Ground.PIN.clone();
        pin[feed.choice(8)] = feed.seldom() ? (byte) feed.next() : (byte) ('0' + feed.choice(10));
        return pin;
    }

    byte[] item(int item) {
        return switch (item) {
            case 1 -> Ground.profile();
            case 2 -> ground.certificate(model.ownPoint);
            case 3 -> Aes.join(new byte[] {(byte) (1 + feed.choice(3))}, ground.datacentre.point);
            case 4 -> Aes.join(new byte[] {1}, ground.issuer.point);
            default -> Ground.PIN;
        };
    }

    long amount() {
        return switch (feed.choice(8)) {
            case 0 -> feed.wide();
            case 1 -> 1 + feed.choice(2);
            case 2 -> model.get(Model.DC) + feed.choice(3) - 1;
            case 3 -> Ground.TRANSACTION_MAX + feed.choice(3) - 1;
            case 4 -> Ground.BALANCE_MAX - model.get(Model.DC) + feed.choice(3) - 1;
            case 5 -> Long.MAX_VALUE - model.get(Model.AC) + feed.choice(3) - 1;
            default -> 100L * feed.next();
        };
    }

    int number() {
        return feed.seldom() ? feed.number(4) : feed.choice(24);
    }

    byte[] load() {
        int pair = Math.max(Model.PAIRS, model.pair);
        return ByteBuffer.allocate(85)
                .putLong(amount())
                .putInt((int) model.get4(pair + 25) + (feed.seldom() ? feed.choice(4) : 1))
                .putShort((short) feed.number(2))
                .putInt((int) model.get4(Model.COUNTER) + (feed.seldom() ? feed.choice(4) : 1))
                .putShort((short) (feed.seldom() ? feed.number(2) : Ground.CURRENCY))
                .put(feed.seldom() ? ground.stranger.point : ground.fresh.point)
                .array();
    }

    /** An order of the data centre, of a stranger, or one offered before. */
    byte[] envelope() {
        if (!envelopes.isEmpty() && feed.seldom()) {
            return envelopes.get(feed.choice(envelopes.size()));
        }
        int kind = feed.seldom() ? feed.next() : 1 + feed.choice(8);
        int version = feed.seldom() ? feed.next() : model.m[Model.DC_KEY_VERSION];
        byte[] id = Arrays.copyOf(new byte[] {1, (byte) feed.choice(32)}, 16);
        ByteBuffer body = ByteBuffer.allocate(80)
                .put((byte) 0xA1)
                .put((byte) 1)
                .put((byte) kind)
                .put((byte) version)
                .put(Ground.CARD)
                .put(id)
                .putInt((int) model.get4(Model.ORDER_SEQUENCE) + (feed.seldom() ? feed.number(4) : feed.choice(4)))
                .putShort((short) 30_000);
        if (kind <= 2) {
            body.putShort((short) (feed.seldom() ? feed.number(2) : Ground.CURRENCY))
                    .putLong(amount())
                    .putLong(Model.sum(model.m) + (feed.seldom() ? feed.wide() : 0));
        } else if (kind == 3) {
            byte[] serial = Ground.METER.clone();
            serial[7] = (byte) ('0' + feed.choice(12));
            body.put(serial).put(feed.take(16)).putLong(feed.seldom() ? feed.wide() : 60_000);
        }
        if (kind == 8) {
            byte[] key = List.of(ground.datacentre, ground.issuer, ground.stranger, ground.fresh).get(feed.choice(4)).point;
            if (!feed.seldom()) {
                shows.show(feed.bent(key));
            }
            int whose = feed.seldom() ? feed.next() : 1 + feed.choice(2);
            int newest = model.m[whose == 1 ? Model.DC_KEY_VERSION : Model.ISSUER_KEY_VERSION];
            body.put((byte) whose).put((byte) (feed.seldom() ? feed.next() : newest + 1)).put(Ec.sha256(key));
        }
        byte[] order = feed.bent(Arrays.copyOf(body.array(), body.position()));
        Ec signer = feed.seldom() ? ground.stranger : signer(version);
        byte[] plain = Aes.join(order, signer.sign(order));
        byte[] bent = feed.bent(plain);
        bent = Arrays.copyOf(bent, Math.min(bent.length, 143));
        byte[] sealed = seal(version, bent);
        boolean right = Arrays.equals(bent, plain) && order.length > 2 && order.length == Model.orderBytes(order[2]);
        model.orders.put(HexFormat.of().formatHex(sealed), new Model.Order(version & 0xFF, bent, right ? signer.point : new byte[0]));
        envelopes.add(sealed);
        return sealed;
    }

    /** Whoever has the key of that version; a roll-over may have made it a stranger's. */
    private Ec signer(int version) {
        byte[] key = model.key(true, version);
        return List.of(ground.stranger, ground.issuer, ground.fresh).stream()
                .filter(e -> Arrays.equals(e.point, key))
                .findFirst()
                .orElse(ground.datacentre);
    }

    private byte[] seal(int version, byte[] plain) {
        byte[] head = Aes.join(new byte[] {1, (byte) version}, ground.ephemeral.point);
        Aes root = ground.ephemeral.agree(model.ownPoint);
        byte[] cipher = new Aes(root.derive("PORTO-AENC", head, 16)).encrypt(Aes.ZERO, Aes.pad(plain));
        return Aes.join(head, cipher, new Aes(root.derive("PORTO-AMAC", head, 16)).cmac(head, cipher));
    }
}
