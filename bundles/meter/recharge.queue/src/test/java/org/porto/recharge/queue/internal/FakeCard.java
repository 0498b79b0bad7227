// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseSession;

/** A card that keeps rule R2: an envelope is 8 bytes of amount, 8 of the control sum it needs, 2 of salt. */
final class FakeCard {

    static final byte[] TAG = {1, 2, 3, 4, 5, 6, 7, 8};
    static final CardId ID = new CardId("00112233445566FF");
    final Set<String> used = new HashSet<>();
    long sum;
    int transactions;
    boolean losesReply;
    long balanceMax = Long.MAX_VALUE;

    static byte[] envelope(long amount, long needs) {
        return ByteBuffer.allocate(18).putLong(amount).putLong(needs).putShort((short) 7).array();
    }

    PurseSession session() {
        return PurseSession.class.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PurseSession.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "card" -> ID;
                    case "routingTag" -> TAG.clone();
                    case "apply" -> apply((byte[]) args[0]);
                    case "close" -> null;
                    default -> throw new AssertionError(method);
                }));
    }

    private byte[] apply(byte[] envelope) throws RefusedException, UncertainException {
        ByteBuffer in = ByteBuffer.wrap(envelope);
        if (envelope.length != 18) {
            throw new RefusedException(PurseCode.ORDER_UNREADABLE);
        }
        long amount = in.getLong();
        long needs = in.getLong();
        String id = amount + "/" + needs;
        int result;
        if (used.contains(id)) {
            result = ApplyReceipt.USED;
        } else if (needs > sum) {
            result = ApplyReceipt.FUTURE;
        } else if (needs < sum) {
            result = ApplyReceipt.STALE;
        } else if (sum + amount > balanceMax) {
            result = ApplyReceipt.OVERFLOW;
        } else {
            sum += amount;
            used.add(id);
            transactions++;
            result = ApplyReceipt.APPLIED;
        }
        if (losesReply) {
            throw new UncertainException(PurseCode.REPLY_LOST, new TransactionId("0".repeat(32)), "", null);
        }
        return ByteBuffer.allocate(ApplyReceipt.BYTES + 70)
                .put((byte) 0xB1)
                .put((byte) 1)
                .put((byte) result)
                .put(ID.bytes())
                .put(ByteBuffer.allocate(16).putLong(amount).putLong(needs).array())
                .putLong(sum)
                .putLong(sum)
                .putInt(transactions)
                .array();
    }
}
